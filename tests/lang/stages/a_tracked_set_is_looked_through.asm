tool slack.attachment_get_data
tool slack.channels_list
tool slack.channels_me
tool slack.conversations_join
tool slack.conversations_leave
tool slack.conversations_mark
tool slack.conversations_replies
tool slack.conversations_search_messages
tool slack.conversations_unreads
tool slack.reactions_add
tool slack.reactions_remove
tool slack.saved_clear_completed
tool slack.saved_list
tool slack.saved_update
tool slack.usergroups_create
tool slack.usergroups_list
tool slack.usergroups_me
tool slack.usergroups_update
tool slack.usergroups_users_update
tool slack.users_search
  ; cost 0

tool slack.conversations_add_message
  ; cost 772
     0  any_tracked    places (3)
     1  element        ^0
     2  load           args.channel_id
     3  equal
     4  report         ; permit by writing
     5  all_tracked    places (3)
     6  element        ^0
     7  constant       "D"
     8  starts_with
     9  report         ; forbid by writing

tool slack.conversations_history
  ; cost 776
     0  true
     1  report         ; permit by reading
     2  load           args.limit
     3  all_tracked_by channels (3)
     4  element        ^0
     5  load           args.channel_id
     6  not_equal
     7  report         ; forbid by writing
     8  load           args.limit
     9  any_tracked_by channels (3)
    10  element        ^0
    11  constant       "D"
    12  starts_with
    13  report         ; forbid by writing
