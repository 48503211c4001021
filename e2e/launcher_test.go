package e2e

import (
	"context"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// watching notes when the launcher was first painted, in the page's own clock.
const watching = `new MutationObserver((_, o) => {
	if (!(` + launcher + `)) return
	o.disconnect()
	requestAnimationFrame(() => requestAnimationFrame(() => { window.launcherAt = performance.now() }))
}).observe(document, { childList: true, subtree: true })`

// slow4G is the slow phone network that Lighthouse and others measure by: 150 ms to and fro, 1.6 Mbit/s down, 0.75 up.
var slow4G = network.Conditions{Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 750e3 / 8}

// BenchmarkLauncher measures how long a player on a slow phone waits for the chat's button: on a slow 4G network, with the
// processor four times slower than this one, with nothing in the browser's cache. median-ms and worst-ms count from when the
// browser asks for the casino's page, from-page-ms from that page's first byte.
//
//	go test ./e2e -run '^$' -bench Launcher -benchtime 5x
func BenchmarkLauncher(b *testing.B) {
	p, chromium := start(b), browser(b)
	var fromStart, fromPage []float64
	for range b.N {
		w := open(b, chromium, "about:blank")
		w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{&slow4G}}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watching})
			return err
		}))
		w.do(chromedp.Navigate(p.Casinos[0].Site))
		w.holds("the launcher is painted", "window.launcherAt")
		at, err := value[[]float64](w, `[launcherAt, launcherAt - performance.getEntriesByType("navigation")[0].responseStart]`)
		if err != nil {
			b.Fatal(err)
		}
		if err := chromedp.Cancel(w.ctx); err != nil { // an open page would take time from the next
			b.Fatal(err)
		}
		fromStart, fromPage = append(fromStart, at[0]), append(fromPage, at[1])
	}
	slices.Sort(fromStart)
	slices.Sort(fromPage)
	b.ReportMetric(fromStart[len(fromStart)/2], "median-ms")
	b.ReportMetric(fromPage[len(fromPage)/2], "from-page-ms")
	b.ReportMetric(fromStart[len(fromStart)-1], "worst-ms")
	b.ReportMetric(0, "ns/op")
}
