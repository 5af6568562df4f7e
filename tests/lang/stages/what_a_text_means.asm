tool fetch.fetch
  ; cost 12
     0  load           args.url
     1  read           port
     2  constant       443
     3  equal
     4  skip_if_false  +6
     5  load           args.url
     6  read           host
     7  read           address
     8  in_set         inside
     9  not
    10  and
    11  report         ; permit by pages

tool filesystem.create_directory
tool filesystem.directory_tree
tool filesystem.edit_file
tool filesystem.get_file_info
tool filesystem.list_allowed_directories
tool filesystem.list_directory
tool filesystem.list_directory_with_sizes
tool filesystem.move_file
tool filesystem.read_file
tool filesystem.read_media_file
tool filesystem.read_multiple_files
tool filesystem.search_files
tool filesystem.write_file
  ; cost 0

tool filesystem.read_text_file
  ; cost 12
     0  load           args.path
     1  read           path
     2  constant       "/srv/app"
     3  under
     4  skip_if_false  +6
     5  now
     6  constant       2026-03-01T23:00:00Z
     7  subtract
     8  constant       1h30m
     9  greater
    10  and
    11  report         ; permit by files
