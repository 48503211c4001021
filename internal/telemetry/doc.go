// Package telemetry shows how a process fares: metrics by Prometheus and OTLP, traces by OTLP, and the private port where
// probes look. What counts, it counts by route patterns, kinds and classes. It must never learn what anybody wrote, nor keep an
// address, a name, a token or a statement's text; casinos appear by id alone, in traces and among the busiest.
package telemetry
