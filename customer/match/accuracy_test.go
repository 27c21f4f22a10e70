package match_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/internal/golden"
)

// sheet is a file of records with the columns' names.
type sheet struct {
	columns map[string]int
	rows    [][]string
}

func readSheet(t testing.TB, data []byte) sheet {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	s := sheet{columns: map[string]int{}, rows: rows[1:]}
	for i, name := range rows[0] {
		s.columns[strings.TrimSpace(name)] = i
	}
	return s
}

func dataSheet(t testing.TB, file string) sheet {
	t.Helper()
	data, err := os.ReadFile(golden.Data(t, "customer", file))
	require.NoError(t, err)
	return readSheet(t, data)
}

// column is a field of a file and its role: all that is said of a file.
type column struct {
	name string
	role match.Role
}

func (s sheet) schema(t testing.TB, id string, short *match.Nicknames, columns []column) *match.Schema[[]string] {
	t.Helper()
	var fields []match.Field[[]string]
	for _, c := range columns {
		i, ok := s.columns[c.name]
		require.True(t, ok, c.name)
		fields = append(fields, match.Field[[]string]{Name: c.name, Role: c.role, Read: func(row []string) string { return strings.TrimSpace(row[i]) }})
	}
	at := s.columns[id]
	out, err := match.NewSchema(func(row []string) string { return row[at] }, fields, &match.SchemaOptions{Short: short})
	require.NoError(t, err)
	return out
}

func nicknames(t testing.TB) *match.Nicknames {
	t.Helper()
	s := dataSheet(t, "nicknames_en.csv")
	return match.NewNicknames(func(yield func(string, string) bool) {
		for _, r := range s.rows {
			if !yield(r[0], r[2]) {
				return
			}
		}
	})
}

var (
	historicalColumns = []column{
		{"first_name", match.RoleGiven},
		{"surname", match.RoleSurname},
		{"dob", match.RoleBirth},
		{"birth_place", match.RolePlace},
		{"postcode_fake", match.RolePostcode},
		{"occupation", match.RoleAttribute},
	}
	fakeColumns = []column{
		{"first_name", match.RoleGiven},
		{"surname", match.RoleSurname},
		{"dob", match.RoleBirth},
		{"city", match.RolePlace},
		{"email", match.RoleEmail},
	}
	febrlColumns = []column{
		{"given_name", match.RoleGiven},
		{"surname", match.RoleSurname},
		{"street_number", match.RoleAttribute},
		{"address_1", match.RoleStreet},
		{"address_2", match.RoleStreet},
		{"suburb", match.RolePlace},
		{"postcode", match.RolePostcode},
		{"state", match.RoleAttribute},
		{"date_of_birth", match.RoleBirth},
	}
	hardColumns = []column{
		{"given_name", match.RoleGiven},
		{"surname", match.RoleSurname},
		{"reading", match.RoleReading},
		{"dob", match.RoleBirth},
		{"email", match.RoleEmail},
		{"phone", match.RolePhone},
		{"address", match.RoleStreet},
		{"postcode", match.RolePostcode},
	}
)

// clustered trains the standard model on a file and clusters it.
func clustered(t testing.TB, s *match.Schema[[]string], rows [][]string) (*match.Index[[]string], match.Clusters, *match.TrainReport) {
	t.Helper()
	ix, err := match.NewIndex(s, match.Standard(s))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(rows), nil))
	report, err := ix.Train(nil)
	require.NoError(t, err)
	c, err := ix.Cluster(nil)
	require.NoError(t, err)
	return ix, c, report
}

// truth is the person of each record.
func (s sheet) truth(id string, person func(row []string) string) map[string]string {
	out := map[string]string{}
	for _, r := range s.rows {
		out[r[s.columns[id]]] = person(r)
	}
	return out
}

func (s sheet) cell(name string) func(row []string) string {
	i := s.columns[name]
	return func(row []string) string { return row[i] }
}

// The standard model, with nothing said of a file but the roles of its columns. Splink
// 4.0.16 reaches 0.838 on the first, 0.849 on the second.
func TestAccuracy(t *testing.T) {
	t.Parallel()
	febrl := func(row []string) string { return strings.Split(row[0], "-")[1] }
	cases := []struct {
		file, id string
		columns  []column
		person   string // empty: the number in the id
		least    float64
	}{
		{"historical_35k.csv", "unique_id", historicalColumns, "cluster", 0.86},
		{"fake_1000.csv", "unique_id", fakeColumns, "cluster", 0.85},
		{"febrl3.csv", "rec_id", febrlColumns, "", 0.99},
		{"febrl1.csv", "rec_id", febrlColumns, "", 0.98},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			s := dataSheet(t, c.file)
			person := febrl
			if c.person != "" {
				person = s.cell(c.person)
			}
			_, found, report := clustered(t, s.schema(t, c.id, nicknames(t), c.columns), s.rows)
			scores, err := match.Evaluate(found, s.truth(c.id, person))
			require.NoError(t, err)
			f1, ok := scores.F1()
			require.True(t, ok)
			precision, _ := scores.Precision()
			recall, _ := scores.Recall()
			t.Logf("%s: F1 %.4f (P %.4f, R %.4f), B-cubed F1 %.4f; vetoes %+v", c.file, f1, precision, recall, scores.BCubedF1(), report.Vetoes)
			require.GreaterOrEqual(t, f1, c.least)
			require.GreaterOrEqual(t, scores.BCubedF1(), c.least)
		})
	}
}

// hardVectors are people that must not be merged however much they share. The person
// and the note of a record are read for judging alone.
func hardVectors(t *testing.T, data []byte) {
	t.Helper()
	s := readSheet(t, data)
	for _, c := range []struct {
		name  string
		short func(testing.TB) *match.Nicknames
		least float64
	}{
		{"without short forms", func(testing.TB) *match.Nicknames { return nil }, 0.95},
		{"with a few short forms", fewNicknames, 0.97},
		{"with the list of short forms", nicknames, 0.97}, // skipped alone where it is absent
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			hardRun(t, s, c.short(t), c.least)
		})
	}
	golden.Count(t, "hard_negatives.csv", len(s.rows))
}

// fewNicknames are short forms that everybody knows.
func fewNicknames(testing.TB) *match.Nicknames {
	pairs := strings.Fields(`robert/bob william/bill william/will richard/dick richard/rick james/jim john/jack
		thomas/tom michael/mike joseph/joe charles/chuck charles/charlie daniel/dan matthew/matt anthony/tony
		steven/steve andrew/andy kenneth/ken edward/ed edward/ted elizabeth/liz elizabeth/beth elizabeth/lisa margaret/peggy margaret/maggie
		patricia/pat patricia/patty jennifer/jen barbara/barb susan/sue jessica/jess sarah/sally nancy/nan
		katherine/kate katherine/kathy christopher/chris david/dave mark/marc donald/don paul/pauly george/georgie linda/lindy mary/molly
		sandra/sandy ashley/ash kimberly/kim emily/em donna/dee michelle/shelly dorothy/dot carol/carrie betty/bette`)
	return match.NewNicknames(func(yield func(string, string) bool) {
		for _, p := range pairs {
			name, short, _ := strings.Cut(p, "/")
			if !yield(name, short) {
				return
			}
		}
	})
}

func hardRun(t *testing.T, s sheet, short *match.Nicknames, least float64) {
	t.Helper()
	ix, found, report := clustered(t, s.schema(t, "unique_id", short, hardColumns), s.rows)
	for _, v := range report.Vetoes {
		require.False(t, v.Suspended, "%+v", v)
	}
	truth, note := s.truth("unique_id", s.cell("cluster")), s.truth("unique_id", s.cell("note"))
	for _, cluster := range found {
		for _, id := range cluster {
			require.Equal(t, truth[cluster[0]], truth[id], "%s %s with %s %s", id, note[id], cluster[0], note[cluster[0]])
		}
	}
	pairs, _, err := ix.Pairs(&match.PairsOptions{Households: true})
	require.NoError(t, err)
	review, own, homes := 0, 0, map[[2]string]bool{}
	for _, m := range pairs {
		switch {
		case m.Verdict == match.Same:
			require.Equal(t, truth[m.A], truth[m.B], "%s %s with %s %s", m.A, note[m.A], m.B, note[m.B])
		case m.Verdict == match.Review:
			review++
		case m.Proposal == match.ProposalHousehold:
			require.NotEqual(t, "office", note[m.A], "colleagues are no household: %+v", m)
			require.NotEqual(t, "office", note[m.B], "colleagues are no household: %+v", m)
			if truth[m.A] == truth[m.B] {
				own++
			}
			homes[[2]string{m.A, m.B}] = true
		}
		if m.Verdict != match.Different {
			require.Zero(t, m.Proposal)
			require.Empty(t, m.Shares)
		}
	}
	spouses, missed := s.spouses(), 0
	for _, p := range spouses {
		if !homes[p] {
			missed++
		}
	}
	require.Zero(t, missed, "of %d couples", len(spouses))
	scores, err := match.Evaluate(found, truth)
	require.NoError(t, err)
	f1, ok := scores.F1()
	require.True(t, ok)
	t.Logf("hard negatives: F1 %.4f, %d false pairs, %d pairs for review, %d households, of them all %d couples and %d of one person",
		f1, scores.FalsePairs, review, len(homes), len(spouses), own)
	if short != nil { // without them Bob and Robert are two
		require.LessOrEqual(t, 20*own, len(homes), "one in twenty")
	}
	require.GreaterOrEqual(t, f1, least)
}

// spouses are the pairs of records that note and contact points make a couple.
func (s sheet) spouses() [][2]string {
	note, email, phone, id := s.cell("note"), s.cell("email"), s.cell("phone"), s.cell("unique_id")
	first := map[string]string{}
	var out [][2]string
	for _, r := range s.rows {
		if note(r) != "spouse" {
			continue
		}
		key := email(r) + phone(r)
		if other, ok := first[key]; ok {
			out = append(out, [2]string{min(other, id(r)), max(other, id(r))})
		}
		first[key] = id(r)
	}
	return out
}

// Where records are full of slips a veto may be kept all the same.
func TestKeepVetoes(t *testing.T) {
	t.Parallel()
	s := dataSheet(t, "fake_1000.csv")
	schema := s.schema(t, "unique_id", nil, fakeColumns)
	for _, keep := range []bool{false, true} {
		ix, err := match.NewIndex(schema, match.Standard(schema))
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values(s.rows), nil))
		report, err := ix.Train(&match.TrainOptions{KeepVetoes: keep})
		require.NoError(t, err)
		require.Len(t, report.Vetoes, 2)
		for _, v := range report.Vetoes {
			require.Equal(t, !keep, v.Suspended, "%+v", v)
		}
		pairs, _, err := ix.Pairs(nil)
		require.NoError(t, err)
		vetoed := 0
		for _, m := range pairs {
			for _, v := range m.Vetoes {
				if v.Kind == match.VetoNoName { // a person should look
					require.NotEqual(t, match.Same, m.Verdict)
					continue
				}
				vetoed++
				require.Equal(t, match.Different, m.Verdict)
			}
		}
		require.Equal(t, keep, vetoed > 0)
		for _, session := range report.Sessions {
			require.True(t, session.Converged, session.Rule)
		}
	}
}
