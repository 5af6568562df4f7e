tool everything.echo
tool everything.get-annotated-message
tool everything.get-env
tool everything.get-resource-links
tool everything.get-resource-reference
tool everything.get-roots-list
tool everything.get-structured-content
tool everything.get-tiny-image
tool everything.gzip-file-as-resource
tool everything.simulate-research-query
tool everything.toggle-simulated-logging
tool everything.toggle-subscriber-updates
tool everything.trigger-elicitation-request
tool everything.trigger-long-running-operation
tool everything.trigger-sampling-request
  ; cost 0

tool everything.get-sum
  ; cost 15
     0  in_schedule    days
     1  skip_if_false  +7
     2  load           args.a
     3  load           args.b
     4  add
     5  constant       100
     6  greater
     7  not
     8  and
     9  keep
    10  recall         $0
    11  report         ; permit by adding
    12  recall         $0
    13  not
    14  report         ; forbid by adding
