package chart

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Page is one accessible HTML page: headline figures, then sections with a text, a
// chart, the chart's values as a table that opens on demand, or a table of its own. It
// needs no other file, no script and no network.
type Page struct {
	// Title is the page's name and first heading, required.
	Title string
	// Lead is a paragraph below it; empty writes none.
	Lead string
	// Language is the BCP 47 tag of the texts; empty means "en".
	Language string
	// Figures are headline numbers.
	Figures []Figure
	// Sections in order.
	Sections []Section
	// Footer closes the page: sources, conventions, the day of the data.
	Footer string
	// Scheme is the colour scheme of the page and of every chart on it.
	Scheme Scheme
	// Words are those of every chart; nil means English.
	Words *Words
}

// Figure is one headline number.
type Figure struct {
	// Name and Value are required; Note stands small below them.
	Name, Value, Note string
}

// Section is one part of a page. Heading is required, and one of the others.
type Section struct {
	Heading string
	// Text is a paragraph; empty lines part paragraphs.
	Text string
	// Chart and its options; Scheme, Words and ID are the page's.
	Chart   Chart
	Options *Options
	// Table is a table of the host's own.
	Table *Table
}

// pageWidth is the width of the column of a page, inside the frames of its figures.
const pageWidth = 766

// maxTableRows bounds the table that a page shows of a chart's values.
const maxTableRows = 400

// Validate reports every fault of the page and of its charts.
func (p Page) Validate() error {
	var f faults
	f.title(p.Title)
	if len(p.Figures) == 0 && len(p.Sections) == 0 {
		f.noData("Sections", "are empty, and so are Figures")
	}
	if int(p.Scheme) >= len(schemeNames) {
		f.invalid("Scheme", "is none of auto, light, dark")
	}
	for i, figure := range p.Figures {
		if blank(figure.Name) || blank(figure.Value) {
			f.invalid(path("Figures[%d]", i), "needs a name and a value")
		}
	}
	for i, s := range p.Sections {
		at := path("Sections[%d]", i)
		if blank(s.Heading) {
			f.invalid(at+".Heading", "is empty")
		}
		if s.Chart == nil && s.Table == nil && blank(s.Text) {
			f.noData(at, "holds no text, chart or table")
		}
		if s.Chart != nil {
			opts := s.Options.orDefault()
			opts.ID = ""
			if err := check(direct(s.Chart), &opts); err != nil {
				f.list = append(f.list, fmt.Errorf("%s.Chart: %w", at, err))
			}
		}
		if s.Table != nil && len(s.Table.Columns) == 0 {
			f.noData(at+".Table", "has no columns")
		}
	}
	return f.err()
}

// WriteTo writes the page as HTML. Nothing is written when the page has a fault.
func (p Page) WriteTo(w io.Writer) (int64, error) {
	text, err := p.HTML()
	if err != nil {
		return 0, err
	}
	n, err := io.WriteString(w, text)
	return int64(n), err
}

// HTML is the page as text, with the faults of [Page.Validate].
func (p Page) HTML() (string, error) {
	if err := p.Validate(); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + escape(or(p.Language, "en")) + "\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
	b.WriteString("<meta name=\"color-scheme\" content=\"" + p.colorScheme() + "\">\n")
	b.WriteString("<title>" + escape(p.Title) + "</title>\n<style>\n" + p.style() + "</style>\n</head>\n<body>\n<main>\n<header>\n")
	b.WriteString("<h1>" + escape(p.Title) + "</h1>\n")
	paragraphs(&b, p.Lead)
	b.WriteString("</header>\n")
	p.figures(&b)
	words := p.Words.orDefault()
	for i, s := range p.Sections {
		if err := p.section(&b, i, s, words); err != nil {
			return "", err
		}
	}
	if !blank(p.Footer) {
		b.WriteString("<footer>\n")
		paragraphs(&b, p.Footer)
		b.WriteString("</footer>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.String(), nil
}

func (p Page) colorScheme() string {
	switch p.Scheme {
	case Light:
		return "light"
	case Dark:
		return "dark"
	case Auto:
	}
	return "light dark"
}

func paragraphs(b *strings.Builder, text string) {
	for _, part := range strings.Split(text, "\n\n") {
		if !blank(part) {
			b.WriteString("<p>" + escape(part) + "</p>\n")
		}
	}
}

func (p Page) figures(b *strings.Builder) {
	if len(p.Figures) == 0 {
		return
	}
	b.WriteString("<dl class=\"figures\">\n")
	for _, f := range p.Figures {
		b.WriteString("<div><dt>" + escape(f.Name) + "</dt><dd>" + escape(f.Value))
		if !blank(f.Note) {
			b.WriteString("<small>" + escape(f.Note) + "</small>")
		}
		b.WriteString("</dd></div>\n")
	}
	b.WriteString("</dl>\n")
}

func (p Page) section(b *strings.Builder, i int, s Section, words *Words) error {
	id := "s" + strconv.Itoa(i+1)
	b.WriteString("<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" + escape(s.Heading) + "</h2>\n")
	paragraphs(b, s.Text)
	if s.Chart != nil {
		opts := s.Options.orDefault()
		if opts.Width == 0 && s.Chart.natural() == defaultWidth {
			opts.Width = pageWidth
		}
		opts.ID, opts.Scheme, opts.Words = "chart"+strconv.Itoa(i+1), p.Scheme, p.Words
		svg, err := SVG(s.Chart, &opts)
		if err != nil {
			return err // not reached: Validate has drawn the same line
		}
		b.WriteString("<figure tabindex=\"0\" aria-labelledby=\"" + id + "\">\n" + svg + "</figure>\n<details><summary>" + escape(words.Values) + "</summary>\n")
		direct(s.Chart).table(words).html(b, words, maxTableRows)
		b.WriteString("</details>\n")
	}
	if s.Table != nil {
		s.Table.html(b, words, maxMarks)
	}
	b.WriteString("</section>\n")
	return nil
}

// html writes the table in a frame of its own that scrolls sideways and can take the
// focus for it. Of more rows than most, the first and last halves are written.
func (t Table) html(b *strings.Builder, w *Words, most int) {
	name := escape(or(t.Caption, w.Values))
	b.WriteString("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + name + "\">\n<table>\n<caption>" + name + "</caption>\n<thead><tr>")
	for _, column := range t.Columns {
		b.WriteString("<th scope=\"col\">" + escape(column) + "</th>")
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for i, row := range t.Rows {
		if len(t.Rows) > most && i >= most/2 && i < len(t.Rows)-most/2 {
			if i == most/2 {
				b.WriteString("<tr><td colspan=\"" + strconv.Itoa(len(t.Columns)) + "\">" + w.count(int64(len(t.Rows)-most/2*2)) + " " + escape(w.Omitted) + "</td></tr>\n")
			}
			continue
		}
		t.row(b, row)
	}
	b.WriteString("</tbody>\n</table>\n</div>\n")
}

func (t Table) row(b *strings.Builder, row []string) {
	b.WriteString("<tr>")
	for i := range t.Columns {
		cell := ""
		if i < len(row) {
			cell = escape(row[i])
		}
		if i < t.Head {
			b.WriteString("<th scope=\"row\">" + cell + "</th>")
			continue
		}
		b.WriteString("<td>" + cell + "</td>")
	}
	b.WriteString("</tr>\n")
}

// style is the sheet of the page around the pictures.
func (p Page) style() string {
	light := ":root{color-scheme:light;--page:#f4f6f8;--surface:" + lightPalette.surface + ";--ink:" + lightPalette.ink + ";--soft:" + lightPalette.soft + ";--grid:" + lightPalette.grid + ";--link:" + lightPalette.series[0] + "}\n"
	dark := ":root{color-scheme:dark;--page:#0b0e12;--surface:" + darkPalette.surface + ";--ink:" + darkPalette.ink + ";--soft:" + darkPalette.soft + ";--grid:" + darkPalette.grid + ";--link:" + darkPalette.series[0] + "}\n"
	colours := light
	switch p.Scheme {
	case Dark:
		colours = dark
	case Auto:
		colours += "@media (prefers-color-scheme:dark){" + dark + "}\n"
	case Light:
	}
	return colours + pageRules
}

const pageRules = `*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 ` + fonts + `}
main{max-width:800px;margin:0 auto;padding:32px 16px 48px}
h1{font-size:28px;line-height:1.2;margin:0 0 8px}
h2{font-size:20px;line-height:1.3;margin:40px 0 8px}
p{margin:0 0 12px;max-width:68ch}
header p{color:var(--soft);font-size:17px}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:12px;margin:24px 0}
.figures div{background:var(--surface);border:1px solid var(--grid);border-radius:8px;padding:12px 14px;overflow-wrap:anywhere}
dt{color:var(--soft);font-size:14px}
dd{margin:2px 0 0;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}
dd small{display:block;font-size:13px;font-weight:400;color:var(--soft)}
figure{margin:0 0 8px;background:var(--surface);border:1px solid var(--grid);border-radius:8px;overflow-x:auto;text-align:center}
figure svg{display:inline-block;vertical-align:top}
summary{cursor:pointer;color:var(--link);padding:4px 0}
@media (max-width:780px){figure svg{max-width:none!important}}
summary:focus-visible,.scroll:focus-visible,figure:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.scroll{overflow-x:auto;margin:8px 0 12px}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:start;color:var(--soft);padding-bottom:6px}
th,td{padding:4px 12px 4px 0;text-align:start;border-bottom:1px solid var(--grid);white-space:nowrap}
footer{margin-top:48px;border-top:1px solid var(--grid);padding-top:12px;color:var(--soft);font-size:14px}
@media print{body{background:none}figure,.figures div{break-inside:avoid}details{display:none}}
`
