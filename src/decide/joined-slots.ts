// A few slots of the engine for sets that are put together while a bundle serves: those that questions meet again and again.

import type { SeatHolder } from './engine-seat.ts';
import type { Answer, EngineInstance, Question } from './engine.ts';
import type { Asked, JoinedPolicies, JoinedSet, Joining } from './joined-set.ts';

/** A bundle's sets are of no use to the next one, so all generations share them. */
const JOINED_SLOTS = 1_024;

/** How often its slices are asked before a set is joined: by then it pays, even where two sets take one slot from each other by turns. */
const JOIN_AFTER = 16;

/** Sets that are being put together: some hundred kilobytes each. */
const MAX_UNDER_WAY = 64;

export interface JoinedSlots {
  ask(set: JoinedSet, questionTo: (asked: Asked) => Question): Answer | null;
}

interface Taken {
  readonly set: JoinedSet;
  readonly asked: Asked;
}

type Held = WeakMap<EngineInstance, Map<number, Taken>>;

export function createJoinedSlots(holder: SeatHolder, joinAfter = JOIN_AFTER): JoinedSlots {
  /** What is in the slots of an instance: a new one starts empty. */
  const held: Held = new WeakMap();
  const counts = new WeakMap<JoinedSet, number>();
  const begun = new Map<JoinedSet, Joining>();
  const refused = new WeakSet<JoinedSet>();

  function takenBy(set: JoinedSet): Taken | null {
    const { seat } = holder;
    const taken = seat === null ? undefined : held.get(seat.instance)?.get(set.number % JOINED_SLOTS);
    return taken?.set === set ? taken : null;
  }

  function join(set: JoinedSet): Taken | null {
    try {
      const taken = putNext(holder.revive().instance, set);
      if (taken !== 'refused') return taken;
    } catch (thrown) {
      holder.replace(thrown);
    }
    // Once is enough: a new instance takes 60 ms.
    refused.add(set);
    begun.delete(set);
    return null;
  }

  /** The one that was begun first gives way: it holds trees, and may never be asked again. It counts anew. */
  function begin(set: JoinedSet): Joining {
    const [oldest] = begun.size < MAX_UNDER_WAY ? [] : begun.keys();
    if (oldest !== undefined) {
      begun.delete(oldest);
      counts.delete(oldest);
    }
    const joining = set.begin();
    begun.set(set, joining);
    return joining;
  }

  /** One step each time it is asked; null while it takes more of them. */
  function putNext(instance: EngineInstance, set: JoinedSet): Taken | 'refused' | null {
    const joining = begun.get(set) ?? begin(set);
    const made = joining.step((text) => {
      const parsed = instance.parsePolicy(text);
      return 'value' in parsed ? parsed.value : null;
    });
    if (made === null) return null;
    begun.delete(set);
    counts.delete(set);
    return put(held, instance, set, made);
  }

  function joinInTime(set: JoinedSet): Taken | null {
    const count = (counts.get(set) ?? 0) + 1;
    counts.set(set, count);
    return count < joinAfter || refused.has(set) ? null : join(set);
  }

  return {
    ask(set, questionTo) {
      const taken = takenBy(set) ?? joinInTime(set);
      return taken === null ? null : holder.guarded(({ instance }) => instance.ask(slotOf(set), questionTo(taken.asked)));
    },
  };
}

function put(held: Held, instance: EngineInstance, set: JoinedSet, { sources, asked }: JoinedPolicies): Taken | 'refused' {
  const place = set.number % JOINED_SLOTS;
  const slots = held.get(instance) ?? new Map<number, Taken>();
  held.set(instance, slots);
  // Should this throw or be refused, nobody must take what is there for what was there.
  slots.delete(place);
  if (instance.preparse(slotOf(set), sources).length > 0) return 'refused';
  slots.set(place, { set, asked });
  return { set, asked };
}

function slotOf(set: JoinedSet): string {
  return `joined/${set.number % JOINED_SLOTS}`;
}
