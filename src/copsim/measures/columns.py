"""The columns of the tables of `observe`, in their order."""

_FACTS = """
kind sub medium n_members n_pre_origin n_months origin last_event obs_end n_events silent_months_at_end
mean_active median_active peak_active events_per_active_month sh12_core sh12_active sh12_occ sh12_onetouch
sh52_core sh52_active sh52_occ sh52_per sh52_transactional n_core_mean months_without_core n50_share gini_12wk
top1_12wk top10pct_12wk newcomer_frac newcomers_per_month returner_frac gini_life top1_life top10pct_life
top20pct_life n_followed oneday_share onecontrib_share second_7d second_30d second_90d second_365d km_1m km_3m
km_6m km_12m km_24m km_60m km_part_1m km_part_3m km_part_6m km_part_12m km_part_24m km_part_60m km_regular_6m
km_regular_12m km_regular_24m km_regular_60m ever_regular ever_core ever_core_n months_to_core_median
core_retention_12m top50_retention_12m gap_cv gap_burst gap_mean_days gap_n gap_median_pooled powerlaw_alpha
log_contrib_sd ccdf_ge2 ccdf_ge5 ccdf_ge10 ccdf_ge50 ccdf_ge100 ccdf_ge500 acf7 weekend_ratio weekly_active_mean
acf52w acf26w season_m07 season_m08 season_m12 lag1_log_detrended logchange_sd lag1_logchange lag1_log lag12_log
peak_month peak_frac_life peak6 end12_to_peak decline_rate_pm growth_first24 newcomer_responded
second365_responded second365_silent net_nodes net_edges net_density net_transitivity net_reciprocity
net_cp_corr net_cp_core_share net_giant net_top50_touch net_mean_degree net_gini_degree end12_to_peak12
state_end stage_potential stage_coalescing stage_maturing stage_sustaining stage_transforming stage_ended
renewals top1_exit_n top1_exit_lr6 top1_exit_lr12
"""
FACTS = tuple(_FACTS.split())
"""Columns of communities.csv after `community`; kind, sub and medium stand in no log and stay empty."""

_MONTHLY = """
community month t n_active n_events n_core n_act n_occ n_occ_onetouch n_per n_per_onetouch n_gone newcomers
returners leavers n_12wk n50 gini_12wk top1_12wk top10pct_12wk net_nodes net_edges net_density net_transitivity
net_reciprocity net_cp_corr net_cp_core_share net_giant net_top50_touch net_mean_degree net_gini_degree stage
"""
MONTHLY = tuple(_MONTHLY.split())
"""Columns of monthly.csv."""
