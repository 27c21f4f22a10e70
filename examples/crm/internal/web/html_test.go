package web

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// document is a page as a browser reads it.
type document struct {
	root *html.Node
	ids  map[string]*html.Node
}

func parse(text string) (document, error) {
	root, err := html.Parse(strings.NewReader(text))
	d := document{root: root, ids: map[string]*html.Node{}}
	return d, err
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func inner(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d document) all(tags ...string) []*html.Node {
	var out []*html.Node
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(tags, n.Data) {
			out = append(out, n)
		}
	}
	return out
}

func within(n *html.Node, tag string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == tag {
			return true
		}
	}
	return false
}

// barriers are what keeps people out who do not see the page or use no mouse.
func barriers(text string) []string {
	d, err := parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for n := range d.root.Descendants() {
		if id := attr(n, "id"); n.Type == html.ElementNode && id != "" {
			if d.ids[id] != nil {
				say("the id %q stands twice", id)
			}
			d.ids[id] = n
		}
	}
	d.languages(say)
	d.headings(say)
	d.labels(say)
	d.tables(say)
	d.references(say)
	return append(out, hazards(text)...)
}

// hazards are what could run or load something.
func hazards(text string) []string {
	d, err := parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	d.active(func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) })
	return out
}

func (d document) languages(say func(string, ...any)) {
	for _, n := range d.all("html") {
		if attr(n, "lang") == "" {
			say("html has no lang")
		}
	}
	for n := range d.root.Descendants() {
		if has(n, "lang") && attr(n, "lang") == "" {
			say("%s has an empty lang", n.Data)
		}
	}
	if len(d.all("title")) == 0 || inner(d.all("title")[0]) == "" {
		say("the page has no title")
	}
	if len(d.all("main")) != 1 {
		say("the page has %d main", len(d.all("main")))
	}
}

func (d document) headings(say func(string, ...any)) {
	last := 0
	for _, n := range d.all("h1", "h2", "h3", "h4", "h5", "h6") {
		level := int(n.Data[1] - '0')
		if level > last+1 {
			say("h%d %q follows h%d", level, inner(n), last)
		}
		if inner(n) == "" {
			say("an empty h%d", level)
		}
		last = level
	}
	if n := len(d.all("h1")); n != 1 {
		say("the page has %d h1", n)
	}
}

func (d document) labels(say func(string, ...any)) {
	labelled := map[string]bool{}
	for _, n := range d.all("label") {
		labelled[attr(n, "for")] = inner(n) != ""
	}
	for _, n := range d.all("input", "select", "textarea") {
		if attr(n, "type") == "hidden" || labelled[attr(n, "id")] || attr(n, "aria-label") != "" {
			continue
		}
		say("%s name=%q has no label", n.Data, attr(n, "name"))
	}
	for _, n := range d.all("button", "summary", "a") {
		if inner(n) == "" && attr(n, "aria-label") == "" {
			say("%s without a text", n.Data)
		}
	}
	for _, n := range d.all("fieldset") {
		first := n.FirstChild
		for first != nil && first.Type != html.ElementNode {
			first = first.NextSibling
		}
		if first == nil || first.Data != "legend" || inner(first) == "" {
			say("a fieldset without a legend")
		}
	}
	for _, n := range d.all("input") {
		if kind := attr(n, "type"); (kind == "radio" || kind == "checkbox") && !within(n, "fieldset") {
			say("a choice %q outside a fieldset", attr(n, "name"))
		}
	}
	for _, n := range d.all("img") {
		if !has(n, "alt") {
			say("an img without alt")
		}
	}
	for _, n := range d.all("svg") {
		if attr(n, "aria-hidden") != "true" && (attr(n, "role") != "img" || attr(n, "aria-labelledby") == "") {
			say("an svg without a title")
		}
	}
	for _, n := range d.all("meter", "progress") {
		if attr(n, "aria-label") == "" {
			say("a %s without a label", n.Data)
		}
	}
}

func (d document) tables(say func(string, ...any)) {
	for _, n := range d.all("table") {
		var caption bool
		for c := range n.ChildNodes() {
			caption = caption || (c.Type == html.ElementNode && c.Data == "caption" && inner(c) != "")
		}
		if !caption {
			say("a table without a caption")
		}
		region := n.Parent
		if region == nil || attr(region, "role") != "region" || attr(region, "tabindex") != "0" || attr(region, "aria-label")+attr(region, "aria-labelledby") == "" {
			say("a table that does not scroll in a region of its own: %q", attr(n, "class"))
		}
	}
	for _, n := range d.all("th") {
		if scope := attr(n, "scope"); scope != "col" && scope != "row" {
			say("th %q without a scope", inner(n))
		}
	}
}

func (d document) references(say func(string, ...any)) {
	for n := range d.root.Descendants() {
		for _, name := range []string{"aria-describedby", "aria-labelledby", "for"} {
			for _, id := range strings.Fields(attr(n, name)) {
				if d.ids[id] == nil {
					say("%s %s=%q leads nowhere", n.Data, name, id)
				}
			}
		}
		if target := attr(n, "href"); n.Data == "a" && strings.HasPrefix(target, "#") && d.ids[target[1:]] == nil {
			say("a link to %s leads nowhere", target)
		}
	}
}

// active finds what the content security policy would refuse, or would run if it did not.
func (d document) active(say func(string, ...any)) {
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "style", "iframe", "object", "embed", "base":
			say("an element %s", n.Data)
		case "script":
			if !strings.HasPrefix(attr(n, "src"), "/") || inner(n) != "" {
				say("a script of its own")
			}
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				say("%s has %s", n.Data, a.Key)
			}
			if slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) && !strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "#") {
				say("%s leads to %q", n.Data, a.Val)
			}
		}
	}
}
