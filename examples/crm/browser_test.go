package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// browser is a tab of a real browser on a server.
type browser struct {
	t   *testing.T
	s   *server
	ctx context.Context

	mu      sync.Mutex
	wrong   []string // what the console, the network and the page complained about
	awaited []string // parts of complaints that the test asks for
}

func browserPath(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser is installed: Debian's package chromium has one")
	return ""
}

// view is how the browser looks at pages.
type view struct {
	width, height int64
	phone, dark   bool
}

var desktop = view{width: 1280, height: 900}

// browse opens a tab. At the end of the test everything that the console said, every
// script error, every dialog and every request to another host fails it.
func (s *server) browse(t *testing.T, v view) *browser {
	b := &browser{t: t, s: s}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browserPath(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-domain-reliability", true), chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.WindowSize(int(v.width), int(v.height)))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	tab, closeTab := chromedp.NewContext(allocator, chromedp.WithListener(b.hear))
	b.ctx = tab
	t.Cleanup(func() {
		b.mu.Lock()
		wrong := slices.Clone(b.wrong)
		b.mu.Unlock()
		closing, stop := context.WithTimeout(tab, 10*time.Second)
		defer stop()
		_ = chromedp.Cancel(closing)
		closeTab()
		cancel()
		require.Empty(t, wrong, "what the browser complained about")
	})
	require.NoError(t, chromedp.Do(tab)) // starts the browser
	shape := []chromedp.EmulateViewportOption{}
	if v.phone {
		shape = append(shape, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do(chromedp.EmulateViewport(v.width, v.height, shape...))
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(t, err)
	_, err = chromedp.Call(tab, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	return b
}

// hear takes down what a page must not do.
func (b *browser) hear(event any) {
	note := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, part := range b.awaited {
			if strings.Contains(text, part) {
				return
			}
		}
		b.wrong = append(b.wrong, text)
	}
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		note("console.%s: %v", e.Type, e.Args)
	case *runtime.EventExceptionThrown:
		note("script error: %v", e.ExceptionDetails)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
			note("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		note("dialog: %s", e.Message)
		go func() {
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
		}()
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.s.base+"/") && !strings.HasPrefix(u, "data:") {
			note("a request to another host: %s", u)
		}
	}
}

// await lets one kind of complaint pass.
func (b *browser) await(part string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.awaited = append(b.awaited, part)
}

// limited is a context for one step.
func (b *browser) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, time.Minute)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	b.must(chromedp.Do(ctx, steps...))
}

// must keeps a picture of the page where a step failed.
func (b *browser) must(err error) {
	b.t.Helper()
	if err != nil {
		b.shoot("failure")
		require.NoError(b.t, err)
	}
}

// ask runs a step that gives a value.
func ask[T any](b *browser, step chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	value, err := chromedp.Run(ctx, step)
	b.must(err)
	return value
}

// eval runs an expression in the page.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[T](expression))
}

// open goes to a path and waits for the page.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.s.base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// text is the text of the first element that fits, as a reader sees it.
func (b *browser) text(selector string) string {
	b.t.Helper()
	return ask(b, chromedp.Text(chromedp.CSS(selector)))
}

// has reports whether the page has an element that fits.
func (b *browser) has(selector string) bool {
	b.t.Helper()
	return eval[bool](b, fmt.Sprintf(`document.querySelector(%q) !== null`, selector))
}

// press clicks on what leads to another page and waits for that.
func (b *browser) press(selector string) int {
	b.t.Helper()
	return b.answered(chromedp.Click(chromedp.CSS(selector)))
}

// answered runs a step that leads to another page, waits for that, and gives its status.
func (b *browser) answered(step chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	b.must(err)
	b.do(chromedp.WaitReady(chromedp.CSS("main")))
	return int(response.Status)
}

// fill puts text into a field.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = ""`, selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// shoot keeps a picture of the page.
func (b *browser) shoot(name string) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Logf("no picture of %s: %v", name, err)
		return
	}
	keep(b.t, name+".png", picture)
}

// key presses a key.
func (b *browser) key(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// focused is the id of the element that has the focus, or its text where it has none.
func (b *browser) focused() string {
	b.t.Helper()
	return eval[string](b, `(() => { const e = document.activeElement; return e.id || e.textContent.trim().replace(/\s+/g, " ") })()`)
}

// tabTo goes on by the tabulator until an element has the focus, and holds that the
// focus can be seen wherever it was on the way.
func (b *browser) tabTo(want string) {
	b.t.Helper()
	var way []string
	for range 120 {
		b.key(kb.Tab)
		at := b.focused()
		way = append(way, at)
		require.True(b.t, eval[bool](b, `(() => { const s = getComputedStyle(document.activeElement);
			return document.activeElement === document.body || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none" })()`),
			"the focus on %q cannot be seen", at)
		if at == want {
			return
		}
	}
	require.FailNow(b.t, "not reached by the keyboard", "%q; the way was %q", want, way)
}

// The tests of the stories rest on this: a page that runs a script, opens a dialog,
// asks another host or complains is found out.
func TestBrowserComplains(t *testing.T) {
	browserPath(t)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!DOCTYPE html><link rel="icon" href="data:,"><main tabindex="-1"><a href="#x">x</a>
			<script>alert(1); console.log("said"); throw new Error("thrown")</script><img src="https://evil.example/x.png" alt=""></main>`))
	}))
	defer h.Close()
	b := (&server{base: h.URL}).browse(t, desktop)
	b.open("/")
	b.mu.Lock()
	all := strings.Join(b.wrong, "\n")
	b.wrong = nil
	b.mu.Unlock()
	for _, want := range []string{"dialog: 1", "console.log", "script error", "another host: https://evil.example/x.png", "ERR_NAME_NOT_RESOLVED"} {
		require.Contains(t, all, want)
	}
}
