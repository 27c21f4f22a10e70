package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/rapport-go/rapport/internal/golden"
)

// readable is a page as somebody hears it: its texts line by line, headings and fields
// marked, without what is hidden.
func readable(t *testing.T, page string) string {
	t.Helper()
	d, err := parse(page)
	require.NoError(t, err)
	var b strings.Builder
	speak(&b, d.all("main")[0])
	var out []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

var blocks = map[string]bool{"p": true, "li": true, "tr": true, "dt": true, "dd": true, "div": true, "section": true, "form": true, "caption": true, "summary": true, "label": true, "legend": true, "option": true, "details": true, "button": true, "ul": true, "ol": true, "nav": true, "br": true, "article": true, "table": true, "thead": true}

func speak(b *strings.Builder, n *html.Node) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			if text := strings.Join(strings.Fields(c.Data), " "); text != "" {
				b.WriteString(text + " ")
			}
			continue
		case c.Type != html.ElementNode || c.Data == "svg" || attr(c, "type") == "hidden":
			continue
		case c.Data == "h1" || c.Data == "h2" || c.Data == "h3":
			b.WriteString("\n" + strings.Repeat("#", int(c.Data[1]-'0')) + " ")
		case blocks[c.Data]:
			b.WriteString("\n")
		case c.Data == "input" || c.Data == "textarea" || c.Data == "select":
			b.WriteString("[" + attr(c, "name") + "=" + attr(c, "value") + "] ")
		case c.Data == "th" || c.Data == "td":
			b.WriteString("| ")
		}
		speak(b, c)
		if blocks[c.Data] || strings.HasPrefix(c.Data, "h") {
			b.WriteString("\n")
		}
	}
}

func TestPagesAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"dashboard": "/", "customers": "/customers", "customer": "/customers/c-7", "loyalty": "/customers/c-7/loyalty", "case": "/cases/k-1",
		"survey": "/surveys/purchase?customer=c-7", "merges": "/merges", "privacy": "/customers/c-7/privacy",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden.Equal(t, "testdata/"+name+".txt", readable(t, start(t, newFake(t), nil).get(path).body))
		})
	}
	earned := url.Values{"key": {"k"}, "order": {"o-1"}, "lines.0.item": {"Kettle"}, "lines.0.amount": {"19.90"}}
	golden.Equal(t, "testdata/earned.txt", readable(t, start(t, newFake(t), nil).send("/customers/c-7/loyalty/earn", earned).body))
	golden.Equal(t, "testdata/answered.txt", readable(t, start(t, newFake(t), nil).send("/surveys/purchase", url.Values{"key": {"k"}, "q.nps": {"3"}}).body))
}
