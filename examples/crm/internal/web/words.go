package web

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// words are the functions of the templates. All of them only turn values into text.
func words() template.FuncMap {
	where := new(zones)
	return template.FuncMap{
		"instant": where.instant, "day": where.day, "stamp": stamp, "points": points, "money": money, "whole": whole,
		"tidy": tidy, "lang": firstLanguage, "picture": picture, "field": newField, "join": join,
		"took": took, "channel": channelWords, "phrase": phrase, "clamp": clamp, "number": func(i int) int { return i + 1 }, "query": query, "seq": seq,
		"filled": filled, "span": span, "zoned": zonedLots, "said": said, "grouped": grouped, "tone": tone, "method": method, "ask": ask, "seg": segment,
	}
}

// segment is an id as one part of a path: an id from a file of invoices may hold a slash,
// which the templates' own escaping of addresses keeps.
func segment(id string) string { return url.PathEscape(id) }

// zones keeps the zones that pages were printed in: a list names its zone in every row,
// and each look-up reads a file. Only zones that exist are kept.
type zones struct{ known sync.Map }

// find reads the name of a zone; an unknown one is UTC, and says so where it is printed.
func (z *zones) find(name string) (*time.Location, string) {
	if held, found := z.known.Load(name); found {
		if loc, is := held.(*time.Location); is {
			return loc, name
		}
	}
	if name == "" || name == "Local" {
		return time.UTC, "UTC"
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, "UTC"
	}
	z.known.Store(strings.Clone(name), loc)
	return loc, name
}

// instant prints an instant in a zone and names the zone; a zero one prints nothing.
func (z *zones) instant(t time.Time, name string) string {
	if t.IsZero() {
		return ""
	}
	loc, said := z.find(name)
	return t.In(loc).Format("2 Jan 2006, 15:04") + " " + said
}

// day prints the date of an instant in a zone.
func (z *zones) day(t time.Time, name string) string {
	if t.IsZero() {
		return ""
	}
	loc, _ := z.find(name)
	return t.In(loc).Format("2 Jan 2006")
}

// stamp is an instant for the datetime attribute.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// points groups digits by a narrow no-break space, which screen readers read as one number.
func points(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if text[0] == '-' {
		sign, text = "−", text[1:]
	}
	var out []byte
	for i := range len(text) {
		if i > 0 && (len(text)-i)%3 == 0 {
			out = append(out, "\u202f"...)
		}
		out = append(out, text[i])
	}
	return sign + string(out)
}

func whole(n int) string { return points(int64(n)) }

// money prints an amount as it was kept: exact decimal text and the currency.
func money(m desk.Money) string {
	if m.Amount == "" {
		return ""
	}
	sign, rest := "", m.Amount
	if strings.HasPrefix(rest, "-") {
		sign, rest = "−", rest[1:]
	}
	units, cents, dotted := strings.Cut(rest, ".")
	if n, err := strconv.ParseInt(units, 10, 64); err == nil && n >= 0 {
		units = points(n)
	}
	if dotted {
		units += "." + cents
	}
	return tidy(sign + units + "\u00a0" + m.Currency)
}

// tidy drops what changes how the text around it reads: control characters and marks of
// direction. For attributes and titles, where bdi cannot stand.
func tidy(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r), unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
}

// firstLanguage is the tag for a lang attribute, empty where none is held; what is not
// the form of a tag is none.
func firstLanguage(tags any) string {
	tag := ""
	switch t := tags.(type) {
	case string:
		tag = t
	case []string:
		if len(t) > 0 {
			tag = t[0]
		}
	}
	for i := range len(tag) {
		c := tag[i]
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	if len(tag) > 35 {
		return ""
	}
	return tag
}

// lotTable is the lots of an account with the zone in which their times are printed.
type lotTable struct {
	Lots []desk.LotView
	Zone string
}

func zonedLots(lots []desk.LotView, zone string) lotTable { return lotTable{lots, zone} }

// took prints how long something took.
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "under a millisecond"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// grouped groups the digits of a figure that comes as text: 43781 GBP. Digits after a
// point stay together.
func grouped(text string) string {
	return wholeNumbers.ReplaceAllStringFunc(text, func(run string) string {
		n, err := strconv.ParseInt(run, 10, 64)
		if err != nil || strings.HasPrefix(run, ".") {
			return run
		}
		return points(n)
	})
}

var wholeNumbers = regexp.MustCompile(`\.?\d{5,18}`)

// span prints a length of time as people write it: 3h50m28s of business is 3 h 50 min of
// business. What follows the length stays; what is none is left as it is.
func span(text string) string {
	length, rest, _ := strings.Cut(text, " ")
	d, err := time.ParseDuration(length)
	if err != nil {
		return text
	}
	if rest != "" {
		rest = " " + rest
	}
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	var parts []string
	if h := int64(d / time.Hour); h > 0 {
		parts = append(parts, points(h)+" h")
	}
	if m := int64(d % time.Hour / time.Minute); m > 0 {
		parts = append(parts, strconv.FormatInt(m, 10)+" min")
	}
	if s := int64(d % time.Minute / time.Second); s > 0 && d < time.Hour {
		parts = append(parts, strconv.FormatInt(s, 10)+" s")
	}
	if len(parts) == 0 {
		parts = []string{"0 min"}
	}
	return sign + strings.Join(parts, " ") + rest
}

// said turns a reason that is a code into words; a sentence stays as it is.
func said(reason string) string {
	if strings.ContainsAny(reason, " .") {
		return reason
	}
	return phrase(reason)
}

// initials are codes that are written in capitals.
var initials = map[string]string{"nps": "NPS", "csat": "CSAT", "ces": "CES", "sla": "SLA", "sms": "SMS", "rfm": "RFM", "email": "E-mail"}

// phrase turns a code of the application into words: first_response is First response.
func phrase(code any) string {
	if text, found := initials[fmt.Sprint(code)]; found {
		return text
	}
	text := strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(fmt.Sprint(code)))
	first, rest := "", text
	for i, r := range text {
		if i == 0 {
			first, rest = string(unicode.ToUpper(r)), text[len(string(r)):]
			break
		}
	}
	return first + rest
}

func channelWords(code string) string {
	switch code {
	case "*", "":
		return "every channel"
	case "email":
		return "e-mail"
	case "sms":
		return "SMS"
	}
	return strings.ToLower(phrase(code))
}

// clamp keeps a percentage inside a meter.
func clamp(percent int) int { return min(max(percent, 0), 100) }

// query writes a query string from names and values; empty values are left out.
func query(pairs ...string) (template.URL, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("web: query needs pairs")
	}
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return "", nil
	}
	return template.URL("?" + values.Encode()), nil //nolint:gosec // encoded by net/url
}

// seq counts 0 to n-1.
func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// filled reports whether an instant was set.
func filled(t time.Time) bool { return !t.IsZero() }

// join joins texts with commas.
func join(list []string) string { return strings.Join(list, ", ") }

// tone is the class of a badge by what its word says; colour is never the only sign,
// since the word stands in it.
func tone(code string) string {
	switch strings.ToLower(code) {
	case "breached", "open_late", "late_open", "missed", "broken", "late", "detractor", "withdrawn", "overdue", "bounced", "blocked", "closed_account":
		return "bad"
	case "met", "kept", "kept_early", "promoter", "resolved", "done", "active", "verified", "same", "early":
		return "good"
	case "paused", "pending", "warning", "due soon", "possible", "passive", "held", "waiting":
		return "wait"
	}
	return "plain"
}

// field is one labelled input of a form, for the template "input".
type field struct {
	Form              form
	Name, Label, Hint string
	Type, Mode, Auto  string // of the input, inputmode, autocomplete
	Required          bool
	Min, Max, Pattern string
	Options           []option // of a select
	Rows              int      // of a textarea
	Preset            string   // when nothing was entered
}

type option struct{ Value, Label string }

// Shown is what stands in the field.
func (f field) Shown() string {
	if v := f.Form.Value(f.Name); v != "" {
		return v
	}
	return f.Preset
}

// newField makes a field from "name=value" settings after its form, name and label.
func newField(f form, name, label string, settings ...string) (field, error) {
	out := field{Form: f, Name: name, Label: label, Type: "text", Auto: "off"}
	for _, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		switch key {
		case "hint":
			out.Hint = value
		case "type":
			out.Type = value
		case "mode":
			out.Mode = value
		case "auto":
			out.Auto = value
		case "required":
			out.Required = true
		case "min":
			out.Min = value
		case "max":
			out.Max = value
		case "preset":
			out.Preset = value
		case "rows":
			n, err := strconv.Atoi(value)
			if err != nil {
				return field{}, err
			}
			out.Rows = n
		case "option":
			code, words, _ := strings.Cut(value, ":")
			out.Options = append(out.Options, option{Value: code, Label: words})
		default:
			return field{}, fmt.Errorf("web: no setting %s of a field", key)
		}
	}
	return out, nil
}
