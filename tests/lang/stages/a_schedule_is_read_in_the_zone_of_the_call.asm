tool github.actions_get
tool github.actions_list
tool github.actions_run_trigger
tool github.add_comment_to_pending_review
tool github.add_issue_comment
tool github.add_issue_comment_reaction
tool github.add_issue_reaction
tool github.add_pull_request_review_comment
tool github.add_pull_request_review_comment_reaction
tool github.add_reply_to_pull_request_comment
tool github.add_sub_issue
tool github.assign_copilot_to_issue
tool github.assign_copilot_to_issue_with_intent
tool github.create_branch
tool github.create_gist
tool github.create_issue
tool github.create_or_update_file
tool github.create_pull_request
tool github.create_pull_request_review
tool github.create_repository
tool github.delete_file
tool github.delete_pending_pull_request_review
tool github.delete_repository
tool github.discussion_comment_write
tool github.dismiss_notification
tool github.find_duplicate
tool github.fork_repository
tool github.get_code_quality_finding
tool github.get_code_scanning_alert
tool github.get_commit
tool github.get_dependabot_alert
tool github.get_discussion
tool github.get_discussion_comments
tool github.get_file_blame
tool github.get_file_contents
tool github.get_gist
tool github.get_global_security_advisory
tool github.get_job_logs
tool github.get_label
tool github.get_latest_release
tool github.get_notification_details
tool github.get_release_by_tag
tool github.get_repository_tree
tool github.get_secret_scanning_alert
tool github.get_tag
tool github.get_team_members
tool github.get_teams
tool github.issue_dependency_read
tool github.issue_dependency_write
tool github.issue_read
tool github.issue_write
tool github.label_write
tool github.list_branches
tool github.list_code_scanning_alerts
tool github.list_commits
tool github.list_dependabot_alerts
tool github.list_discussion_categories
tool github.list_discussions
tool github.list_gists
tool github.list_global_security_advisories
tool github.list_issue_fields
tool github.list_issue_types
tool github.list_issues
tool github.list_label
tool github.list_notifications
tool github.list_org_repository_security_advisories
tool github.list_pull_requests
tool github.list_releases
tool github.list_repository_collaborators
tool github.list_repository_security_advisories
tool github.list_secret_scanning_alerts
tool github.list_starred_repositories
tool github.list_tags
tool github.manage_notification_subscription
tool github.manage_repository_notification_subscription
tool github.mark_all_notifications_read
tool github.merge_pull_request
tool github.projects_get
tool github.projects_list
tool github.projects_write
tool github.pull_request_read
tool github.pull_request_review_write
tool github.push_files
tool github.remove_sub_issue
tool github.reprioritize_sub_issue
tool github.request_copilot_review
tool github.request_pull_request_reviewers
tool github.resolve_review_thread
tool github.search_code
tool github.search_commits
tool github.search_issues
tool github.search_orgs
tool github.search_pull_requests
tool github.search_repositories
tool github.search_users
tool github.set_issue_fields
tool github.star_repository
tool github.sub_issue_write
tool github.submit_pending_pull_request_review
tool github.ui_get
tool github.unresolve_review_thread
tool github.unstar_repository
tool github.update_gist
tool github.update_issue_assignees
tool github.update_issue_body
tool github.update_issue_labels
tool github.update_issue_milestone
tool github.update_issue_state
tool github.update_issue_title
tool github.update_issue_type
tool github.update_pull_request
tool github.update_pull_request_body
tool github.update_pull_request_branch
tool github.update_pull_request_draft_state
tool github.update_pull_request_state
tool github.update_pull_request_title
  ; cost 0

tool github.get_me
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
