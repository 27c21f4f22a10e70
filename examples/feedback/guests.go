package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback/survey"
)

// guest is one respondent: what came back, and what the house knows of the stay.
type guest struct {
	id      string
	country string
	lang    language.Tag
	team    string
	at      time.Time
	answers survey.Answers
}

// country is how people of a country fill in a scale, as the anchors show: no better or
// worse served, only more or less lavish with high marks.
type country struct {
	code  string
	lang  language.Tag
	shift float64 // on the scale from 0 to 10
	says  map[string][]string
}

var countries = []country{
	{"GB", language.English, 0, map[string][]string{
		"waiting": {"I waited an hour at the desk.", "The queue was far too slow."}, "noise": {"The room was noisy all night.", "So loud!"},
		"bill": {"My bill was wrong.", "I was charged twice."}, "": {"Fine.", "A bit plain."}, "allergy": {"I am allergic to nuts and nobody asked."},
	}},
	{"DE", language.German, -0.6, map[string][]string{
		"waiting": {"Ich habe eine Stunde gewartet.", "Die Schlange war lang."}, "noise": {"Der Lärm war schlimm.", "Es war laut."},
		"bill": {"Die Rechnung war falsch."}, "": {"Ganz ordentlich."}, "allergy": {"Ich bin allergisch gegen Nüsse, niemand hat gefragt."},
	}},
	{"JP", language.Japanese, -2.4, map[string][]string{
		"waiting": {"一時間待たされました。"}, "noise": {"夜中に騒音がありました。"}, "bill": {"請求が間違っていました。"}, "": {"普通でした。"}, "allergy": {"アレルギーの確認がありませんでした。"},
	}},
}

var teams = []string{"front desk", "front desk", "front desk", "night shift", "night shift", "kitchen", "kitchen", "garden"}

// guests simulates a quarter of stays, the same ones each time. The stay is as good in
// every country; the night shift is the weak spot. A few people and robots send what no
// form would let them.
func guests(n int) []guest {
	r := rand.New(rand.NewPCG(2026, 11))
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	out := make([]guest, 0, n)
	for i := range n {
		c := countries[r.IntN(len(countries))]
		g := guest{
			id: fmt.Sprintf("guest-%03d", i), country: c.code, lang: c.lang, team: teams[r.IntN(len(teams))],
			at: start.Add(time.Duration(r.IntN(90*24)) * time.Hour),
		}
		if g.team == "garden" && i%25 > 0 { // hardly anybody meets the garden
			g.team = "front desk"
		}
		g.answers = g.fill(r, c)
		if i%20 == 7 {
			g.spoil(i / 20)
		}
		out = append(out, g)
	}
	return out
}

// fill answers as this guest feels.
func (g *guest) fill(r *rand.Rand, c country) survey.Answers {
	good := 7.6 + 1.6*r.NormFloat64()
	theme := ""
	if g.team == "night shift" {
		good -= 2
		theme = []string{"waiting", "noise", "noise", ""}[r.IntN(4)]
	} else if r.IntN(3) == 0 {
		theme = []string{"waiting", "bill", ""}[r.IntN(3)]
		good--
	}
	if r.IntN(60) == 0 {
		theme = "allergy"
		good -= 3
	}
	ten := func(x float64) float64 { return math.Round(min(max(x+c.shift+0.8*r.NormFloat64(), 0), 10)) }
	five := func(x float64) float64 { return math.Round(min(max((x+c.shift/2)/2+0.5*r.NormFloat64(), 1), 5)) }
	a := survey.Answers{"nps": ten(good + 1.2), "liked": ten(9.6), "disliked": ten(6.4 + 1.6*r.NormFloat64())}
	hurt := func(name string, by float64) float64 {
		if theme == name {
			return by
		}
		return 0
	}
	speed, care := good-hurt("waiting", 3), good-hurt("allergy", 4)
	room, price := 8-hurt("noise", 4), 7-hurt("bill", 3)
	a["speed"], a["care"], a["room"], a["price"] = five(speed), five(care), five(room), five(price)
	a["overall"] = five(0.3*speed + 0.4*care + 0.25*room + 0.05*price + 1)
	a["ease"] = math.Round(min(max(good*0.7+r.NormFloat64(), 1), 7))
	if nps := a["nps"].(float64); nps <= 8 {
		lines := c.says[theme]
		a["why"] = lines[r.IntN(len(lines))]
		if nps <= 6 {
			a["callback"] = r.IntN(2) == 0
		}
	}
	if r.IntN(12) == 0 {
		delete(a, "ease")
	}
	return a
}

// spoil is what hostile clients and broken forms send.
func (g *guest) spoil(kind int) {
	switch kind % 8 {
	case 0:
		g.answers["nps"] = 11.0
	case 1:
		g.answers["nps"] = "nine"
	case 2:
		g.answers["nps"] = 8.5
	case 3:
		g.answers["isAdmin"] = true
	case 4:
		delete(g.answers, "overall")
	case 5:
		g.answers["care"] = 50.0
	case 6:
		g.answers["nps"], g.answers["why"] = 10.0, "a comment to a question that is not shown"
	case 7:
		g.answers["nps"] = map[string]any{"$gt": 0.0}
	}
}
