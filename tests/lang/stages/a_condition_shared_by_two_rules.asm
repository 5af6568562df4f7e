tool everything.echo
  ; cost 14
     0  load           args.message
     1  in_set         known
     2  keep
     3  recall         $0
     4  report         ; permit by greeting
     5  recall         $0
     6  skip_if_false  +5
     7  load           args.message
     8  size
     9  constant       80
    10  less
    11  and
    12  not
    13  report         ; forbid by shouting

tool everything.get-annotated-message
tool everything.get-env
tool everything.get-resource-links
tool everything.get-resource-reference
tool everything.get-roots-list
tool everything.get-structured-content
tool everything.get-sum
tool everything.get-tiny-image
tool everything.gzip-file-as-resource
tool everything.simulate-research-query
tool everything.toggle-simulated-logging
tool everything.toggle-subscriber-updates
tool everything.trigger-elicitation-request
tool everything.trigger-long-running-operation
tool everything.trigger-sampling-request
  ; cost 0
