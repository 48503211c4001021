// usage: shot out.png WxH scheme url [js-or-@click:x,y-or-~ms-or-#frame js]...
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

func main() {
	out, size, scheme, url := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	dir, _ := os.MkdirTemp("", "shot")
	defer os.RemoveAll(dir)
	a, c1 := chromedp.NewExecAllocator(context.Background(), chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.UserDataDir(dir), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-gpu", true))
	defer c1()
	ctx, c2 := chromedp.NewContext(a)
	defer c2()
	must := func(err error) {
		if err != nil {
			fmt.Println("error:", err)
		}
	}
	must(chromedp.Do(ctx))
	go func() {
		for m := range chromedp.Console(ctx) {
			fmt.Println("console:", m)
		}
	}()
	wh := strings.Split(size, "x")
	w, _ := strconv.Atoi(wh[0])
	h, _ := strconv.Atoi(wh[1])
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(w), Height: int64(h), DeviceScaleFactor: 1, Mobile: w < 500})
	must(err)
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	must(err)
	must(chromedp.Do(ctx, chromedp.Navigate(url), chromedp.Sleep(700*time.Millisecond)))
	for _, step := range os.Args[5:] {
		switch {
		case strings.HasPrefix(step, "~"):
			ms, _ := strconv.Atoi(step[1:])
			time.Sleep(time.Duration(ms) * time.Millisecond)
		case strings.HasPrefix(step, "@key:"):
			must(chromedp.Do(ctx, chromedp.KeyEvent(map[string]string{"enter": "\r", "esc": "\u001b", "tab": "\t"}[step[5:]])))
		case strings.HasPrefix(step, "@type:"):
			_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: step[6:]})
			must(err)
		case strings.HasPrefix(step, "@click:"):
			xy := strings.Split(step[7:], ",")
			x, _ := strconv.ParseFloat(xy[0], 64)
			y, _ := strconv.ParseFloat(xy[1], 64)
			must(chromedp.Do(ctx, chromedp.MouseClickXY(x, y)))
		case strings.HasPrefix(step, "#"):
			infos, _ := chromedp.Targets(ctx)
			for _, i := range infos {
				if i.Type == "iframe" {
					f, c := chromedp.NewContext(ctx, chromedp.WithTargetID(i.TargetID))
					v, err := chromedp.Run(f, chromedp.Evaluate[any](step[1:], chromedp.EvalAwaitPromise))
					fmt.Println("#=>", v, err)
					_ = c
				}
			}
		default:
			v, err := chromedp.Run(ctx, chromedp.Evaluate[any](step, chromedp.EvalAwaitPromise))
			must(err)
			fmt.Println("=>", v)
		}
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	must(err)
	os.WriteFile(out, png, 0o644)
}
