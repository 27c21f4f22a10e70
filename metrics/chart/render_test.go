package chart

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser finds a headless Chromium, or skips the test with a message.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Skip("no Chromium is installed: the rendered text boxes are not compared (Debian: apt-get install chromium)")
	return ""
}

// probe measures the text boxes of every picture on a page, in the pixels of the
// screen, and writes what it finds into the document.
const probe = `<pre id="found"></pre><script>
const found = {texts: 0, faults: [], fills: []};
for (const svg of document.querySelectorAll('svg')) {
  const name = svg.parentElement.dataset.name, frame = svg.getBoundingClientRect();
  found.fills.push(getComputedStyle(svg.querySelector('rect.surface')).fill);
  const boxes = [...svg.querySelectorAll('text')].map(e => ({r: e.getBoundingClientRect(), s: e.lastChild.textContent}));
  found.texts += boxes.length;
  boxes.forEach((a, i) => {
    if (!(a.r.width > 0) || a.r.left < frame.left - 0.5 || a.r.right > frame.right + 0.5 || a.r.top < frame.top - 0.5 || a.r.bottom > frame.bottom + 0.5)
      found.faults.push(name + ': "' + a.s + '" leaves the picture');
    for (const b of boxes.slice(i + 1)) {
      const w = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), h = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
      if (w > 0.5 && h > 0.5) found.faults.push(name + ': "' + a.s + '" lies over "' + b.s + '" by ' + w.toFixed(1) + ' x ' + h.toFixed(1));
    }
  });
}
document.getElementById('found').textContent = JSON.stringify(found);
</script>`

type findings struct {
	Texts  int
	Faults []string
	Fills  []string
}

// render shows the body in a headless browser and returns what the probe found.
func render(t *testing.T, body string, flags ...string) findings {
	t.Helper()
	exe := browser(t)
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	require.NoError(t, os.WriteFile(page, []byte("<!DOCTYPE html><meta charset=utf-8><body>"+body+probe), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + filepath.Join(dir, "profile"), "--window-size=1300,2000",
	}, flags...)
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(page)}
	out, err := exec.CommandContext(ctx, exe, append(args, "--dump-dom", address.String())...).Output()
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(out), `<pre id="found">`)
	require.True(t, ok, "the browser wrote no findings: %.500s", out)
	text, _, _ := strings.Cut(rest, "</pre>")
	var f findings
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(text)), &f))
	return f
}

func gallery(t *testing.T, samples []sample, widths ...int) string {
	t.Helper()
	var b strings.Builder
	for _, s := range samples {
		for _, w := range widths {
			svg, err := SVG(s.chart, &Options{Width: w, ID: fmt.Sprintf("p%d", b.Len())})
			require.NoError(t, err, s.name)
			fmt.Fprintf(&b, "<div data-name=\"%s at %d\">%s</div>\n", s.name, w, svg)
		}
	}
	return b.String()
}

// No text lies over another and none leaves its picture, for every kind of chart, at
// several widths, with labels and data that are too long for them.
func TestRenderedLabelsDoNotOverlap(t *testing.T) {
	t.Parallel()
	f := render(t, gallery(t, append(plainSamples(), hostileSamples()...), 240, 320, 480, 720, 1200))
	require.Greater(t, f.Texts, 1000)
	for _, fault := range f.Faults {
		t.Error(fault)
	}
	t.Logf("%d texts", f.Texts)
}

// A check that finds nothing proves nothing.
func TestTheProbeFindsOverlaps(t *testing.T) {
	t.Parallel()
	const bad = `<div data-name="bad"><svg width="200" height="60"><rect class="surface" width="9" height="9"/>` +
		`<text x="10" y="30">one label</text><text x="30" y="34">another</text><text x="190" y="50">outside</text></svg></div>`
	f := render(t, bad)
	require.Len(t, f.Faults, 2)
	require.Contains(t, f.Faults[0], `"one label" lies over "another"`)
	require.Contains(t, f.Faults[1], `"outside" leaves the picture`)
}

// The colours follow the reader's preference; a fixed scheme does not.
func TestRenderedSchemes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i, s := range []Scheme{Auto, Light, Dark} {
		svg, err := SVG(plainSamples()[0].chart, &Options{Scheme: s, ID: fmt.Sprint("p", i)})
		require.NoError(t, err)
		b.WriteString(`<div data-name="scheme">` + svg + `</div>`)
	}
	const light, dark = "rgb(255, 255, 255)", "rgb(20, 24, 29)"
	require.Equal(t, []string{light, light, dark}, render(t, b.String(), "--blink-settings=preferredColorScheme=1").Fills)
	require.Equal(t, []string{dark, light, dark}, render(t, b.String(), "--blink-settings=preferredColorScheme=0").Fills)
}
