/** The dashboard's row on concurrency: what is unreserved, provisioned and pooled, and who places. */
import { byFunction, byVersion, chosen, inNamespace, type Row, rate } from "./panel.ts";

export const concurrency: Row = {
  title: "Concurrency",
  panels: [
    {
      title: "Unreserved concurrent executions",
      description: "Invocations in flight of functions without reserved concurrency, by namespace.",
      unit: "short",
      stacked: true,
      queries: [
        {
          promql: `sum by (namespace) (kambda_unreserved_concurrent_executions{${inNamespace}})`,
          legend: "{{namespace}}",
        },
      ],
    },
    {
      title: "Provisioned concurrency",
      description: "Provisioned environments, and the invocations in flight in them.",
      unit: "short",
      queries: [
        {
          promql: `sum by (${byVersion}) (kambda_provisioned_concurrency_environments{${chosen}})`,
          legend: "{{namespace}}/{{function}}:{{version}} there",
        },
        {
          promql: `sum by (${byVersion}) (kambda_provisioned_concurrent_executions{${chosen}})`,
          legend: "{{namespace}}/{{function}}:{{version}} in use",
        },
      ],
    },
    {
      title: "Provisioned concurrency utilization",
      description: "Share of the provisioned environments in use, which target tracking goes by.",
      unit: "percentunit",
      queries: [
        {
          promql: `max by (${byVersion}) (kambda_provisioned_concurrency_utilization{${chosen}})`,
          legend: "{{namespace}}/{{function}}:{{version}}",
        },
      ],
    },
    {
      title: "Provisioned and spillover invocations",
      description: "Invocations a second in provisioned environments, and of the same versions in others.",
      unit: "ops",
      queries: [
        {
          promql: `sum by (${byFunction}) (${rate("kambda_provisioned_concurrency_invocations_total")})`,
          legend: "{{namespace}}/{{function}} provisioned",
        },
        {
          promql: `sum by (${byFunction}) (${rate("kambda_provisioned_concurrency_spillover_invocations_total")})`,
          legend: "{{namespace}}/{{function}} spillover",
        },
      ],
    },
    {
      title: "Pool claims and misses",
      description: "Environments claimed from pools a second, and starts that found their pool empty.",
      unit: "ops",
      queries: [
        { promql: `sum(${rate("kambda_pool_claims_total", "")})`, legend: "claims" },
        { promql: `sum(${rate("kambda_pool_misses_total", "")})`, legend: "misses" },
      ],
    },
    {
      title: "Unclaimed environments",
      description: "Environments in pools that the placer can give out now.",
      unit: "short",
      queries: [
        {
          promql: `sum by (namespace) (kambda_pool_environments{${inNamespace}})`,
          legend: "{{namespace}}",
        },
      ],
    },
    {
      title: "Placer",
      description: "The epoch of each shard's placer, which grows with every hand-over, and who it is.",
      unit: "short",
      queries: [
        {
          promql: "max by (shard, instance) (kambda_placer_epoch)",
          legend: "shard {{shard}}: {{instance}}",
        },
      ],
    },
    {
      title: "Hand-overs",
      description: "Times a gateway became a shard's placer, in the last hour.",
      unit: "short",
      queries: [
        {
          promql: "sum by (instance) (increase(kambda_placer_handovers_total[1h]))",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Not heard of",
      description: "Environments that count as in use because they have not answered a new placer yet.",
      unit: "short",
      queries: [
        {
          promql: "sum by (shard) (kambda_placer_unheard_environments)",
          legend: "shard {{shard}}",
        },
      ],
    },
  ],
};
