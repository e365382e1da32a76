// Tools of one MCP server.

import { cedarSet, type Recipe } from './recipe.ts';

export const MCP_ALLOW_LIST: Recipe = {
  name: 'mcp-allow-list',
  summary: 'Of one MCP server agents call the named tools only; a tool that changed since it was first seen waits for people.',
  parameters: [
    { name: 'server', kind: 'name', about: 'the server, host and path: "mcp.example.com/mcp"', initial: 'mcp.example.com/mcp' },
    { name: 'tools', kind: 'names', about: 'the tools that may be called', initial: 'search,fetch' },
    { name: 'approvers', kind: 'name', about: 'the group that looks at a tool that changed', initial: 'maintainers' },
  ],
  write(values) {
    const id = values.text('server');
    const server = `McpServer::${JSON.stringify(id)}`;
    const tools = values.list('tools').map((tool) => `${id}#${tool}`);
    const [tool = ''] = tools;
    const listed = `resource in ${cedarSet(tools, 'Tool')}`;
    const parents = [{ type: 'McpServer', id }];
    const call = (name: string, of: string, toolChanged: boolean, verdict: 'ALLOW_LOG' | 'WAIT' | 'BLOCK') => ({
      name,
      action: 'mcp.call',
      resource: { type: 'Tool', id: of },
      parents,
      facts: { tool: of.slice(id.length + 1), toolChanged },
      verdict,
    });
    return {
      policies: `// Tools of ${id}: the listed ones, as they were first seen.

@id("mcp-allow-list-talk")
@reason("Agents may talk to {resource}.")
@verdict("allow_log")
permit (
  principal,
  action in [Action::"mcp.read", Action::"mcp.session", Action::"mcp.subscribe", Action::"mcp.response", Action::"mcp.listen", Action::"mcp.close"],
  resource
)
when { resource == ${server} };

@id("mcp-allow-list-tool")
@reason("{resource} is a listed tool: agents may call it, and each call is logged.")
@verdict("allow_log")
permit (principal, action == Action::"mcp.call", resource in ${server})
when { ${listed} && !context.toolChanged };

@id("mcp-allow-list-changed")
@reason("{resource} has changed since this agent first saw it: somebody must look at what it says now.")
@verdict("wait")
@approvers(${JSON.stringify(values.text('approvers'))})
permit (principal, action == Action::"mcp.call", resource in ${server})
when { ${listed} && context.toolChanged };

@id("mcp-allow-list-others")
@reason("{resource} is not one of the tools that agents may call.")
forbid (principal, action == Action::"mcp.call", resource in ${server})
unless { ${listed} };
`,
      entities: [
        { uid: { type: 'Group', id: values.text('approvers') }, attrs: {}, parents: [] },
        { uid: { type: 'McpServer', id }, attrs: { allowed: true }, parents: [] },
        ...tools.map((one) => ({ uid: { type: 'Tool', id: one }, attrs: { allowed: true }, parents: [] })),
      ],
      cases: [
        { name: 'the server is talked to', action: 'mcp.session', resource: { type: 'McpServer', id }, verdict: 'ALLOW_LOG' },
        call('a listed tool is called', tool, false, 'ALLOW_LOG'),
        call('one that changed waits', tool, true, 'WAIT'),
        call('another tool of the server is not', `${id}#not-listed`, false, 'BLOCK'),
      ],
    };
  },
};
