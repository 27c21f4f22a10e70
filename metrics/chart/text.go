package chart

import (
	"strings"
	"unicode"
)

// face is a size of text in a picture.
type face struct {
	class string
	size  float64
	bold  bool
}

var (
	titleFace = face{"t", 17, true}
	subFace   = face{"u", 13, false}
	labelFace = face{"l", 12, false}
	smallFace = face{"s", 11, false}
	boldFace  = face{"b", 12, true}
	hugeFace  = face{"g", 44, true}
	largeFace = face{"m", 26, true}
)

// lineHeight is the height of a line of text over its size: a little more than the
// ascent and descent of DejaVu Sans (1.164 em).
const lineHeight = 1.22

const ellipsis = "…"

// advances are the widths of ASCII characters in DejaVu Sans, in 1/1000 em, from
// the space on. It is the widest of the fonts that the style asks for, so that an
// estimate with it is an upper bound.
var advances = [...]uint16{
	318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
	636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
	1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
	603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
	500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
	635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
}

// emphasis is how much wider the bold cut of DejaVu Sans is, at the most.
const emphasis = 1.13

func advance(r rune) float64 {
	switch {
	case r >= ' ' && r <= '~':
		return float64(advances[r-' ']) / 1000
	case invisible(r):
		return 0
	case r == '…' || r == '—' || r == '‰':
		return 1.35
	case wide(r):
		return 1.05
	case r >= 0x1F000:
		return 1.5
	case unicode.IsUpper(r):
		return 0.9
	default:
		return 0.76
	}
}

func invisible(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) }

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0xFF00 && r <= 0xFF60 || r >= 0x3000 && r <= 0x303F
}

// width is an upper estimate of the width of s in pixels.
func (f face) width(s string) float64 {
	sum := 0.0
	for _, r := range s {
		sum += advance(r)
	}
	if f.bold {
		sum *= emphasis
	}
	return sum * f.size
}

// fit cuts s with an ellipsis so that it is no wider than limit; what cannot hold
// even one character is empty. It reads no more of s than fits.
func (f face) fit(s string, limit float64) string {
	scale := f.size
	if f.bold {
		scale *= emphasis
	}
	room := limit/scale - advance('…')
	sum, cut := 0.0, 0
	for i, r := range s {
		if !invisible(r) && sum <= room {
			cut = i // a cut here parts no character from its accents or joiners
		}
		if sum += advance(r); sum*scale > limit {
			kept := strings.TrimRight(s[:cut], " -–—,.;:(\u200d")
			if kept == "" {
				return ""
			}
			return kept + ellipsis
		}
	}
	return s
}

// wrap breaks s at spaces into at most the given number of lines, each no wider
// than limit; the last one is cut when more is left.
func (f face) wrap(s string, limit float64, lines int) []string {
	words := strings.Fields(s)
	var out []string
	for len(words) > 0 {
		if len(out) == lines-1 {
			return appendLine(out, f.fit(strings.Join(words, " "), limit))
		}
		n := 1
		for n < len(words) && f.width(strings.Join(words[:n+1], " ")) <= limit {
			n++
		}
		out = appendLine(out, f.fit(strings.Join(words[:n], " "), limit))
		words = words[n:]
	}
	return out
}

func appendLine(lines []string, line string) []string {
	if line == "" {
		return lines
	}
	return append(lines, line)
}

// clean makes s fit to stand in XML: characters that XML 1.0 forbids, and line
// breaks, become spaces, and directional overrides that could reach out of their
// text are dropped.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		case r < ' ', r >= 0x7F && r <= 0x9F, r == 0xFFFE, r == 0xFFFF, r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, s)
}

func blank(s string) bool { return strings.TrimSpace(clean(s)) == "" }

// escape makes s the content of an element or of a quoted attribute.
func escape(s string) string { return escaper.Replace(clean(s)) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")
