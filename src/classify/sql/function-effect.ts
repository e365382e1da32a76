// What calling a function may do. A list of what is known to be harmless, and of what is known to reach out; the rest is stored code.

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Pure, or looking at the database's own catalogue. What reads files, sleeps, locks, counts on or runs text as SQL is not here. */
const HARMLESS: ReadonlySet<string> = new Set(
  words(`
  count sum avg min max any_value array_agg string_agg group_concat listagg bool_and bool_or every bit_and bit_or bit_xor stddev stddev_pop
  stddev_samp variance var_pop var_samp corr covar_pop covar_samp mode median percentile_cont percentile_disc approx_count_distinct
  approx_quantiles approx_top_count countif json_agg jsonb_agg json_object_agg jsonb_object_agg json_group_array json_group_object total
  grouping uniq uniqexact uniqcombined quantile quantiles quantileexact argmin argmax grouparray groupuniqarray topk sumif avgif any anylast
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value hll arrayjoin
  abs ceil ceiling floor round trunc truncate mod div power pow sqrt cbrt exp ln log log10 log2 sign sin cos tan cot asin acos atan atan2
  degrees radians pi random rand greatest least width_bucket factorial gcd lcm safe_divide ieee_divide isnan is_nan is_inf tofloat64 toint32
  toint64 touint32 touint64 intdiv
  lower upper initcap length len char_length character_length octet_length bit_length lengthutf8 concat concat_ws substring substr substrb
  substring_index left right lpad rpad ltrim rtrim btrim trim replace translate reverse repeat position strpos instr locate charindex
  split_part split splitbychar splitbystring starts_with ends_with startswith endswith contains contains_substr format printf quote
  quote_ident quote_literal quote_nullable ascii chr char unicode hex unhex to_hex from_hex encode decode base64encode base64decode to_base64
  from_base64 md5 sha1 sha2 sha224 sha256 sha384 sha512 crc32 soundex levenshtein regexp_match regexp_matches regexp_replace regexp_count
  regexp_instr regexp_like regexp_substr regexp_extract regexp_extract_all regexp_contains regexp_split_to_array regexp_split_to_table
  match extract extractall like glob ilike field find_in_set elt insert space strcmp normalize overlay similarity word_similarity unaccent
  string_to_array array_to_string string_to_table tostring empty notempty
  now current_timestamp current_date current_time localtime localtimestamp transaction_timestamp statement_timestamp clock_timestamp
  timeofday sysdate getdate utc_timestamp utc_date utc_time unix_timestamp from_unixtime curdate curtime today yesterday date time timestamp
  datetime julianday strftime unixepoch date_trunc date_part date_add date_sub date_diff datediff dateadd timestampadd timestampdiff
  timestamp_add timestamp_sub timestamp_diff timestamp_trunc datetime_trunc date_bin date_format time_format str_to_date to_date todate
  todatetime to_timestamp to_char to_number parse_date parse_datetime parse_timestamp format_date format_datetime format_timestamp extract
  age make_date make_time make_timestamp make_timestamptz make_interval justify_days justify_hours justify_interval isfinite timezone
  year quarter month week day dayofweek dayofmonth dayofyear weekday hour minute second microsecond last_day adddate subdate addtime subtime
  timediff period_add period_diff to_days from_days toyyyymm toyyyymmdd tostartofday tostartofhour tostartofmonth tostartofweek
  tostartofminute tostartofyear timestamp_seconds timestamp_millis timestamp_micros unix_seconds unix_millis unix_date
  json_extract json_extract_scalar json_value json_query json_unquote json_object json_array json_valid json_type json_keys json_length
  json_contains json_contains_path json_search json_set json_insert json_replace json_remove json_merge_patch json_merge_preserve json_quote
  json_pretty json_table json json_each json_tree json_array_length json_patch jsonextractstring jsonextractint jsonextractraw
  json_build_object json_build_array jsonb_build_object jsonb_build_array json_array_elements jsonb_array_elements json_array_elements_text
  jsonb_array_elements_text json_each_text jsonb_each jsonb_each_text json_object_keys jsonb_object_keys json_extract_path jsonb_extract_path
  json_extract_path_text jsonb_extract_path_text json_populate_record jsonb_populate_record json_to_record jsonb_to_record json_to_recordset
  jsonb_to_recordset jsonb_array_length json_typeof jsonb_typeof jsonb_set jsonb_insert jsonb_pretty jsonb_strip_nulls json_strip_nulls
  jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_path_exists jsonb_path_match to_json to_jsonb row_to_json array_to_json
  parse_json try_parse_json get get_path object_construct array_construct array_size flatten to_variant
  array_append array_prepend array_cat array_remove array_replace array_length array_ndims array_dims array_lower array_upper array_position
  array_positions cardinality unnest array_fill array_contains array_concat generate_array generate_date_array generate_timestamp_array
  generate_series generate_subscripts map tuple array arraymap arrayfilter arraysort has hasany hasall indexof arrayelement range numbers
  lower_inc upper_inc isempty lower_inf upper_inf range_merge int4range int8range numrange tsrange tstzrange daterange
  coalesce nullif ifnull nvl nvl2 if iff iif isnull decode zeroifnull nullifzero cast convert try_cast safe_cast typeof try_to_number
  try_to_date to_varchar bit_count error_on_null num_nulls num_nonnulls
  uuid gen_random_uuid uuid_generate_v4 generate_uuid uuidv4 uuidv7 randomblob zeroblob generateuuidv4 hash farm_fingerprint xxhash64 cityhash64
  to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight tsvector_to_array
  st_distance st_dwithin st_contains st_intersects st_within st_point st_makepoint st_setsrid st_geomfromtext st_astext st_asgeojson st_x st_y
  st_area st_length st_buffer st_transform st_geogpoint
  version current_database database current_schema current_schemas schema current_user session_user user pg_typeof format_type to_regclass
  to_regtype to_regproc pg_get_constraintdef pg_get_indexdef pg_get_viewdef pg_get_expr pg_get_functiondef pg_get_serial_sequence
  pg_get_userbyid pg_get_function_arguments pg_get_function_result pg_get_triggerdef pg_table_is_visible pg_type_is_visible
  pg_function_is_visible obj_description col_description shobj_description pg_relation_size pg_table_size pg_total_relation_size
  pg_indexes_size pg_database_size pg_size_pretty pg_column_size has_table_privilege has_schema_privilege has_column_privilege
  pg_backend_pid inet_server_addr pg_is_in_recovery pg_postmaster_start_time current_setting connection_id row_count found_rows
  last_insert_id last_insert_rowid changes total_changes sqlite_version current_version pragma_table_info pragma_table_list
  pragma_index_list pragma_index_info pragma_foreign_key_list rowcount toset
`),
);

/** Harmless as part of a write: they give the new row its number. */
const NUMBERING: ReadonlySet<string> = new Set(['nextval', 'currval', 'lastval']);

/** Rows may leave, or other servers' answers come in: a file, a bucket, another database, any URL. */
const REACHING = new RegExp(
  `^(?:${[
    'dblink(?:_.*)?',
    '(?:[a-z_]+[.])?http(?:_get|_post|_put|_patch|_delete|_head|_request)?',
    'net[.]http_.*',
    'aws_s3[.].*',
    'aws_lambda[.].*',
    'url(?:cluster)?',
    's3(?:cluster|queue)?',
    'gcs',
    'azureblobstorage(?:cluster)?',
    'hdfs(?:cluster)?',
    'remote(?:secure)?',
    'cluster(?:allreplicas)?',
    'mysql',
    'postgresql',
    'mongodb',
    'sqlite',
    'odbc',
    'jdbc',
    'redis',
    'iceberg(?:s3|azure|local|hdfs)?(?:cluster)?',
    'deltalake(?:cluster)?',
    'hudi',
    'external_query',
    'read_files',
    'load_file',
    'copy_files',
    'ai_query',
  ].join('|')})$`,
);

/** The server itself: its files, its sessions, its settings, its programs; and what runs a text as SQL. */
const REACHES_SERVER =
  /^(?:pg_(?:read|ls|stat)_.*|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|pg_promote|pg_backup_.*|pg_(?:create|drop|logical|replication)_.*|pg_file_.*|pg_log_.*|lo_.*|lowrite|loread|set_config|(?:cron|pgagent)[.].*|file(?:cluster)?|executable|sys_(?:exec|eval|get|set)|load_extension|writefile|readfile|edit|system[$].*|input|dictionary|query_to_xml.*|cursor_to_xml.*|(?:table|schema|database)_to_xml.*|ts_stat|ts_rewrite|xp_.*|sp_.*)$/;

/** Null: harmless. Names are lower case; one in a schema of its own is never the built-in one. `writes`: it stands in an INSERT or the like. */
export function effectOfFunction(name: string, writes: boolean): 'call' | 'export' | 'admin' | null {
  const folded = name.toLowerCase();
  if (HARMLESS.has(folded) || (writes && NUMBERING.has(folded))) return null;
  if (REACHING.test(folded)) return 'export';
  return REACHES_SERVER.test(folded) ? 'admin' : 'call';
}
