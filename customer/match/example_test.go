package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/internal/golden"
)

type contact struct{ ID, Given, Surname, Reading, Born, Email, Phone string }

func contactSchema() *match.Schema[contact] {
	short := match.NewNicknames(func(yield func(string, string) bool) { yield("robert", "bob") })
	s, err := match.NewSchema(func(c contact) string { return c.ID }, []match.Field[contact]{
		{Name: "given", Role: match.RoleGiven, Read: func(c contact) string { return c.Given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(c contact) string { return c.Surname }},
		{Name: "reading", Role: match.RoleReading, Read: func(c contact) string { return c.Reading }},
		{Name: "born", Role: match.RoleBirth, Read: func(c contact) string { return c.Born }},
		{Name: "email", Role: match.RoleEmail, Read: func(c contact) string { return c.Email }},
		{Name: "phone", Role: match.RolePhone, Read: func(c contact) string { return c.Phone }},
	}, &match.SchemaOptions{Short: short})
	if err != nil {
		panic(err)
	}
	return s
}

// contactModel is the standard model with probabilities that a host learned before.
func contactModel(s *match.Schema[contact]) *match.Model {
	m := match.Standard(s)
	for i := range m.Comparisons {
		levels := m.Comparisons[i].Levels
		u := 1e-4
		for k := range levels {
			if !levels[k].Missing {
				levels[k].U = min(u, 0.9)
				u *= 5
			}
		}
		levels[len(levels)-1].U = 0.9
	}
	m.Demoted = []match.Demotion{{Field: "email", Value: "info@firm.example", Reason: match.ReasonShared, Names: 63}}
	return m
}

var contacts = []contact{
	{"1", "Robert", "Smith", "", "1970-03-14", "bob@mail.example", "+1 555 234 5678"},
	{"2", "Bob", "Smith", "", "1970-03-14", "BOB@mail.example", "555-234-5678"},
	{"3", "William", "Smith", "", "1970-03-14", "", "555-234-5678"}, // his twin
	{"4", "健", "髙橋", "タカハシ ケン", "1981-05-06", "", "03-1234-5671"},
	{"5", "ｹﾝ", "ﾀｶﾊｼ", "", "1981-05-06", "", "0312345671"},
	{"6", "健", "高橋", "タカハシ タケシ", "1981-05-06", "", "0312345671"},
	{"7", "Ann", "Lee", "", "1990-01-09", "info@firm.example", "555-000-1111"},
	{"8", "Ann", "Leigh", "", "", "info@firm.example", ""},
	{"9", "Robert", "Smith Jr", "", "", "", "555-234-5678"},
}

func contactIndex() *match.Index[contact] {
	s := contactSchema()
	ix, err := match.NewIndex(s, contactModel(s))
	if err != nil {
		panic(err)
	}
	if err := ix.Add(slices.Values(contacts), nil); err != nil {
		panic(err)
	}
	return ix
}

func Example() {
	ix := contactIndex()
	pairs, _, err := ix.Pairs(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range pairs {
		if p.Verdict != match.Different {
			fmt.Println(p.A, p.B, p.Verdict)
		}
	}
	groups, _ := ix.Cluster(nil)
	fmt.Println(groups)
	// Output:
	// 1 2 same
	// 4 6 review
	// 4 5 same
	// 1 9 review
	// 2 9 review
	// [[1 2] [3] [4 5] [6] [7] [8] [9]]
}

func ExampleIndex_Candidates() {
	ix := contactIndex()
	found, err := ix.Candidates(contact{ID: "new", Given: "robert", Surname: "SMITH", Phone: "5552345678", Born: "1970-03-14"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range found {
		fmt.Printf("%s %s %v\n", m.A, m.Verdict, m.Vetoes)
	}
	// Output:
	// 1 same []
	// 2 same []
	// 9 review [{generation_open generation 2 }]
	// 3 different [{given given william robert}]
}

func ExampleJaroWinkler() {
	fmt.Printf("%.4f %.4f\n", match.JaroWinkler("martha", "marhta"), match.JaroWinkler("サトウ", "さとう"))
	fmt.Println(match.JaroWinkler(match.Fold("サトウ"), match.Fold("さとう")))
	// Output:
	// 0.9611 0.0000
	// 1
}

func ExampleRomanise() {
	fmt.Println(match.Romanise("オオノ ヒロコ"), match.Romanise("Ohno Hiroko"), match.Romanise("ショウ"))
	// Output: ono hiroko ono hiroko sho
}

func ExampleEvaluate() {
	s, err := match.Evaluate(match.Clusters{{"a", "b", "c"}, {"d"}}, map[string]string{"a": "x", "b": "x", "c": "y", "d": "y"})
	f1, _ := s.F1()
	fmt.Printf("%.3f %.3f %v\n", f1, s.BCubedPrecision, err)
	// Output: 0.400 0.667 <nil>
}

// The explanations that people read.
func TestExplanations(t *testing.T) {
	t.Parallel()
	ix := contactIndex()
	text := ""
	for _, p := range [][2]string{{"1", "2"}, {"1", "3"}, {"4", "5"}, {"4", "6"}, {"7", "8"}, {"1", "9"}} {
		e, err := ix.Explain(p[0], p[1])
		require.NoError(t, err)
		text += e.String() + "\n"
	}
	ix.Decide("1", "2")
	e, err := ix.Explain("2", "1")
	require.NoError(t, err)
	require.Equal(t, match.Different, e.Verdict, "a person decided")
	golden.Equal(t, "testdata/explanations.txt", text+e.String())
}
