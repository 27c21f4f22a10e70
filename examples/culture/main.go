// Culture is a letter desk: it greets fifteen people of twelve traditions of names in
// English, German and Japanese, and says of every line what it rests on and what to ask.
// Then it writes to those who are no single person: a couple, a team, an office, the
// family of somebody who has died.
//
//	go run ./examples/culture
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/salutation"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "culture:", err)
		os.Exit(1)
	}
}

// letters are the languages that the desk writes.
var letters = []language.Tag{language.BritishEnglish, language.German, language.Japanese}

// desk writes letters. It holds no rule of its own.
type desk struct {
	rules *salutation.Engine
	out   *bufio.Writer
	asked []string // what the desk wants to know, for the end of the page
}

func run(out io.Writer) error {
	d := &desk{rules: salutation.Default(), out: bufio.NewWriter(out)}
	fmt.Fprint(d.out, "A LETTER DESK\nEvery name is made up or long in the open. Nothing is derived from a name: whoever\nstated no term of address gets none. A line is the opening and how the text goes on\nafter it (A… with a capital, … without), then the closing.\n")
	for i, v := range visitors() {
		if err := d.greet(i+1, v); err != nil {
			return err
		}
	}
	if err := d.groups(); err != nil {
		return err
	}
	d.questions()
	return d.out.Flush()
}

// greet writes the opening and the closing of a letter to one person in each language.
func (d *desk) greet(n int, v visitor) error {
	person, tradition := v.person()
	fmt.Fprintf(d.out, "\n%2d  %s (%s)\n", n, v.display(), v.about)
	var reasons []string
	for _, tag := range letters {
		about := culture.Context{Lang: tag, Region: v.customer.Region, NameLocale: tradition, Stated: v.stated}
		opening, err := d.rules.Line(about, person, salutation.Letter)
		if err != nil {
			return err
		}
		closing, err := d.rules.SignOff(about, person, salutation.Letter)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "    %-6s %s  —  %s\n", tag, opening.Text+next(opening.Next, tag), closing.Text)
		if len(opening.Alternatives) > 0 {
			fmt.Fprintf(d.out, "           or: %s\n", strings.Join(opening.Alternatives, " | "))
		}
		reasons = reason(reasons, tag, opening)
		d.ask(v, tag, opening)
	}
	for _, r := range reasons {
		fmt.Fprintf(d.out, "    %s\n", r)
	}
	return nil
}

// next shows how the text goes on after a line, where the language has two ways.
func next(c salutation.Case, tag language.Tag) string {
	switch {
	case tag == language.Japanese:
		return ""
	case c == salutation.Lower:
		return " …"
	default:
		return " A…"
	}
}

// reason adds why a line is as it is, once for all languages that share the reason.
func reason(have []string, tag language.Tag, line salutation.Result) []string {
	why, _, _ := strings.Cut(line.Why, "; formal")
	why, _, _ = strings.Cut(why, "; informal")
	text := fmt.Sprintf("%s [%s, %s]%s", why, line.Rule, line.Part, facts(line))
	for i, r := range have {
		if tags, rest, _ := strings.Cut(r, ": "); rest == text {
			have[i] = tags + ", " + tag.String() + ": " + text
			return have
		}
	}
	return append(have, tag.String()+": "+text)
}

func facts(line salutation.Result) string {
	if len(line.Facts) == 0 {
		return fmt.Sprintf(" (%s)", sources(len(line.Sources)))
	}
	var ids []string
	for _, f := range line.Facts {
		ids = append(ids, string(f))
	}
	return fmt.Sprintf(" (%s; %s)", strings.Join(ids, ", "), sources(len(line.Sources)))
}

func sources(n int) string {
	if n == 1 {
		return "1 source"
	}
	return fmt.Sprintf("%d sources", n)
}

// ask keeps what the desk wants to know of a person.
func (d *desk) ask(v visitor, tag language.Tag, line salutation.Result) {
	if !line.Ask {
		return
	}
	what := line.Notes
	if len(what) == 0 {
		why, _, _ := strings.Cut(line.Why, "; formal")
		what = []string{why}
	}
	for _, w := range what {
		d.asked = append(d.asked, fmt.Sprintf("%s, in %s: %s", v.display(), tag, w))
	}
}

func (d *desk) questions() {
	fmt.Fprintf(d.out, "\nTO ASK\n")
	for _, q := range d.asked {
		fmt.Fprintf(d.out, "    %s\n", q)
	}
}
