tool time.convert_time
  ; cost 0

tool time.get_current_time
  ; cost 18
     0  load           member.time_zone
     1  in_schedule_of theirs
     2  skip_if_false  +2
     3  in_schedule    {daily 06:00-22:00 except holidays (Europe/Berlin)}
     4  and
     5  report         ; permit by reading
     6  in_schedule    {Mon-Fri (Asia/Tokyo)}
     7  not
     8  skip_if_true   +4
     9  load           member.joined
    10  date           Europe/Berlin
    11  in_set         cohorts
    12  or
    13  skip_if_true   +3
    14  load           member.last_seen
    15  is_written     instant
    16  or
    17  report         ; forbid by reading
