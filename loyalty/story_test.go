package loyalty

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// A story is a file that people read: words, a programme that may change, and what members do
// ("> 2026-01-31T10:00 ada earn {…}"), each followed by what came of it. The test
// plays the story and compares the whole file.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/stories/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			golden.Equal(t, file, tell(t, string(data)))
		})
	}
}

// tell plays a story and writes it with its outcomes.
func tell(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	var d *desk
	n := 0
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "  "):
			continue // an outcome, to be written anew
		case strings.HasPrefix(line, "program "):
			spec, err := ParseSpec([]byte(strings.TrimPrefix(line, "program ")))
			require.NoError(t, err, line)
			if d == nil {
				d = newDesk(t, spec)
			} else { // the programme changes; what was stored stays as it is
				d.p, err = NewProgram(spec)
				require.NoError(t, err, line)
			}
		}
		out.WriteString(line + "\n")
		if !strings.HasPrefix(line, "> ") {
			continue
		}
		n++
		require.NotNil(t, d, "a story begins with its programme")
		f := strings.SplitN(strings.TrimPrefix(line, "> "), " ", 4)
		require.GreaterOrEqual(t, len(f), 3, line)
		at, err := time.ParseInLocation("2006-01-02T15:04", f[0], d.p.zone)
		require.NoError(t, err)
		body := "{}"
		if len(f) == 4 {
			body = f[3]
		}
		var kind CommandKind
		require.NoError(t, kind.UnmarshalText([]byte(f[2])), line)
		do, err := newAction(kind, []byte(body))
		require.NoError(t, err, line)
		c := Command{Key: fmt.Sprintf("%d", n), Account: f[1], At: at, By: "desk", Do: do}
		var others []*Account
		parties := Parties(d.p, c)
		for _, id := range parties {
			others = append(others, d.account(id))
		}
		was := len(d.logs[f[1]])
		dec, err := Decide(d.p, d.account(f[1]), c, others...)
		res, err2 := d.do(c)
		require.Equal(t, err, err2)
		for _, ev := range d.logs[f[1]][was:] {
			if ev.Key == "" && ev.Kind() != EvTicked {
				b, err := json.Marshal(ev.Body)
				require.NoError(t, err)
				fmt.Fprintf(&out, "  time: %s %s %s\n", ev.Effective.Time().In(d.p.zone).Format("2006-01-02T15:04"), ev.Kind(), b)
			}
		}
		for _, s := range dec.Trace {
			fmt.Fprintf(&out, "  why:  %s\n", s)
		}
		if err != nil {
			fmt.Fprintf(&out, "  refused: %v\n", err)
		} else {
			b, err := json.Marshal(res)
			require.NoError(t, err)
			fmt.Fprintf(&out, "  done: %s\n", b)
		}
		for _, id := range append([]string{f[1]}, parties...) {
			fmt.Fprintf(&out, "  %s\n", d.stands(id))
		}
	}
	require.NotNil(t, d)
	d.checkReplay()
	return out.String()
}

// stands is an account in a line.
func (d *desk) stands(id string) string {
	a := d.account(id)
	s := id + ":"
	for w, b := range a.Wallets() {
		j, _ := json.Marshal(b)
		s += fmt.Sprintf(" %s %s", w, strings.ReplaceAll(strings.Trim(string(j), "{}"), `"`, ""))
	}
	for i := range d.p.sets {
		v, _ := Tier(d.p, a, d.p.sets[i].ID)
		s += " " + v.Set + "=" + v.Level
		if v.Until != Never {
			s += " until " + v.Until.Time().In(d.p.zone).Format("2006-01-02")
		}
	}
	for _, c := range a.Challenges() {
		s += fmt.Sprintf(" %s %d", c.Challenge, c.Progress)
		if c.Streak > 0 {
			s += fmt.Sprintf(" streak %d", c.Streak)
		}
		if c.Badge != "" {
			s += " badge " + c.Badge
		}
	}
	if a.Taken() != 0 {
		s += fmt.Sprintf(" given out %d", a.Taken())
	}
	if a.Status() != StatusActive {
		s += " " + a.Status().String()
	}
	return s
}
