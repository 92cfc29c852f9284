"""Combinations of legal variations; together they have every one of them."""

from __future__ import annotations

WORLDS: dict[str, tuple[str, ...]] = {
    name: tuple(quirks.split())
    for name, quirks in {
        "plain": "",
        "documented_online": """
            pings_saves behind_tenant stamps_zulu updated_zero null_maps_empty
            null_secret_empty name_at_most_100 known_types_only https_off_loopback
            name_required events_required target_required documented_phrases noisy_headers
            select_keeps_identity header_case wrong_credentials_403 errors_error_message
            members_of_12 names_match_caseless
        """,
        "old_onsite": """
            no_errors_email stamps_naive no_field_values associates_more errors_message
            404_empty http10_delivery close_connections wrong_credentials_401
            state_numbers_read status_filter_numbers events_filter_caseless
            subscriptions_caseless bad_id_404 removed_texts_empty requeues json_for_xml
            floating_numbers put_names_its_id
        """,
        "like_the_samples": """
            stamps_like_samples associates_null typed_204 client_id_used slow_delivery
            404_html indented_json indented_payload noop_keeps_updated merge_shallow 401_empty
            removed_maps_empty counts_cycles state_event_named_in_full unheard_of_members
        """,
        "strict": """
            unknown_members_refused client_id_refused unknown_path_refused read_only_refused
            unsupported_op_422 bad_path_422 malformed_422 merge_onto_events_refused
            null_parent_refused empty_patch_refused paths_in_exact_case unoffered_405
            put_whole_only put_one_id wrong_credentials_401
            blank_filters unmodified_precisely 404_first pings_new_targets
        """,
        "lenient": """
            open_to_all any_media_type lenient_targets unknown_status_ignored blank_event_204
            delete_missing_204 test_knows_state_numbers added_array_appends
            unmodified_for_patch_only any_2xx_succeeds json_whatever_accepted no_charset
            no_phrase unheard_of_501
        """,
        "chunks": """
            chunked_answers chunked_delivery escaped_json escaped_payload validators
            clock_ahead no_first_retry scattered_delivery random_order random_recipients
            traced_delivery properties_nested select_drops members_backwards ids_scattered
            unsupported_op_409 409_before_412 date_lags associates_short
        """,
        "terse_errors": """
            409_empty 412_empty 400_html errors_of_framework 412_before_400 clock_behind
            unsupported_op_415 bad_path_409 malformed_415 media_400 select_type_defaults
            operations_in_turn newest_first null_name_empty null_events_empty null_mail_empty
            bad_id_422 no_default stamps_basic_offset unheard_of_400
        """,
        "overriding": """
            properties_win custom_headers_win stamps_naive_fraction links_proxied
            removed_events_empty reactivation_keeps_errors updated_zero select_drops
        """,
        "slow_and_scattered": """
            slow_delivery random_order random_recipients http10_delivery close_connections
            no_first_retry escaped_payload clock_behind stamps_like_samples noop_keeps_updated
            hundred_and_fifty
        """,
        "paranoid_ping": """
            pings_saves chunked_delivery header_case wrong_credentials_403 401_empty 404_empty
            select_type_defaults members_backwards errors_message merge_shallow
            operations_in_turn stamps_nanoseconds associates_when_read unheard_of_403
        """,
        "early_refusals": """
            412_before_400 unsupported_op_409 bad_path_409 malformed_422 unknown_path_refused
            null_maps_empty null_secret_empty removed_texts_empty noop_keeps_updated
            stamps_naive one_by_one plain_values_only empty_secret_refused
        """,
    }.items()
}
