package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/match"
)

func TestRelations(t *testing.T) {
	t.Parallel()
	short := match.NewNicknames(func(yield func(string, string) bool) {
		_ = yield("Robert", "Bob") && yield("Robert", "Rob") && yield("Elizabeth", "Lisa")
	})
	common := map[string]float64{"mark": 0.03, "mary": 0.03, "elizabeth": 0.02, "lisa": 0.02, "robert": 0.03, "bob": 0.002}
	names := match.Names{Short: short, Share: func(s string) float64 { return common[s] }}
	cases := []struct {
		name, a, readA, b, readB string
		want                     match.Relation
	}{
		{"half width and full", "ﾔﾏﾀﾞ", "", "やまだ", "", match.RelationSame},
		{"kanji and its reading", "山田", "ヤマダ", "やまだ", "", match.RelationReading},
		{"kanji without a reading and kana", "山田", "", "やまだ", "", match.RelationUnknown},
		{"one written form, two readings", "中島", "ナカジマ", "中島", "ナカシマ", match.RelationConflict},
		{"one written form, one reading known", "中島", "ナカジマ", "中島", "", match.RelationSame},
		{"variant kanji", "髙橋", "", "高橋", "", match.RelationSame},
		{"variant kanji beyond the first plane", "𠮷田", "", "吉田", "", match.RelationSame},
		{"one of the variants of hama, with a reading", "齋藤", "サイトウ", "斎藤", "", match.RelationSame},
		{"kana fold", "サトウ", "", "さとう", "", match.RelationSame},
		{"romanised, long vowels as passports write them", "Ohno", "", "大野", "オオノ", match.RelationReading},
		{"romanised, contracted sound", "Sho", "", "ショウ", "", match.RelationReading},
		{"short form", "Bob", "", "Robert", "", match.RelationNickname},
		{"two short forms of one name", "Bob", "", "Rob", "", match.RelationNickname},
		{"a short form that is as common as the name", "Elizabeth", "", "Lisa", "", match.RelationDifferent},
		{"initial", "J.", "", "John", "", match.RelationInitial},
		{"typo", "wiliam", "", "william", "", match.RelationTypo},
		{"two common names one letter apart", "Mark", "", "Mary", "", match.RelationSimilar},
		{"part of a name", "María José", "", "Maria", "", match.RelationPart},
		{"different", "山田", "", "山口", "", match.RelationDifferent},
		{"missing", "", "", "Null", "", match.RelationUnknown},
		{"Null is a name", "Null", "", "NULL", "", match.RelationSame},
		{"apostrophe", "O'Brien", "", "OBrien", "", match.RelationSame},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, names.Relate(c.a, c.readA, c.b, c.readB))
			require.Equal(t, c.want, names.Relate(c.b, c.readB, c.a, c.readA), "the other way round")
		})
	}
}

func TestFoldIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("ÄäßéŁø山髙𠮷ｶﾞさ・-' .")))).Draw(t, "s")
		require.Equal(t, match.Fold(s), match.Fold(match.Fold(s)))
		require.Equal(t, match.Romanise(s), match.Romanise(match.Fold(s)))
	})
}

func TestSoundex(t *testing.T) {
	t.Parallel()
	// From the US National Archives' page on the Soundex system.
	for name, want := range map[string]string{
		"Washington": "w252", "Lee": "l000", "Gutierrez": "g362", "Pfister": "p236", "Jackson": "j250",
		"Tymczak": "t522", "VanDeusen": "v532", "Ashcraft": "a261", "山田": "", "ヤマダ": "y530",
	} {
		require.Equal(t, want, match.Soundex(name), name)
	}
}

func TestEnums(t *testing.T) {
	t.Parallel()
	require.Equal(t, "birth", match.VetoBirth.String())
	require.Equal(t, "same", match.Same.String())
	var v match.VetoKind
	require.NoError(t, v.UnmarshalText([]byte("reading")))
	require.Equal(t, match.VetoReading, v)
	require.ErrorIs(t, v.UnmarshalText([]byte("x")), match.ErrModel)
	_, err := match.Op(0).MarshalText()
	require.ErrorIs(t, err, match.ErrModel)
}

func FuzzReadSplink(f *testing.F) {
	f.Add([]byte(`{"probability_two_random_records_match":0.1,"comparisons":[{"output_column_name":"a","comparison_levels":[` +
		`{"sql_condition":"\"a_l\" IS NULL OR \"a_r\" IS NULL","is_null_level":true},` +
		`{"sql_condition":"jaro_winkler_similarity(\"a_l\", \"a_r\") >= 0.9","m_probability":0.9,"u_probability":0.1},` +
		`{"sql_condition":"ELSE","m_probability":0.1,"u_probability":0.9}]}],` +
		`"blocking_rules_to_generate_predictions":[{"blocking_rule":"(SUBSTRING(l.a, 1, 3) = SUBSTRING(r.a, 1, 3))"}]}`))
	f.Add([]byte(`{"probability_two_random_records_match":1e-4,"comparisons":[{"output_column_name":"d","comparison_levels":[` +
		`{"sql_condition":"\"d_l\" = \"d_l\"","m_probability":0.9,"u_probability":0.1,"tf_adjustment_column":"d","tf_adjustment_weight":0.5,"tf_minimum_u_value":0.01},` +
		`{"sql_condition":"ABS(EPOCH(try_strptime(\"d_l\", '%Y-%m-%d')) - EPOCH(try_strptime(\"d_r\", '%Y-%m-%d'))) <= 2629800.0","m_probability":0.3,"u_probability":0.2},` +
		`{"sql_condition":"NULLIF(regexp_extract(\"p_l\", '^[A-Z]', 0), '') = NULLIF(regexp_extract(\"p_r\", '^[A-Z]', 0), '') OR damerau_levenshtein(\"d_l\", \"p_r\") <= 1","m_probability":0.3,"u_probability":0.2},` +
		`{"sql_condition":"ELSE","m_probability":0.1,"u_probability":0.9}]}],` +
		`"blocking_rules_to_generate_predictions":["l.d = r.d AND l.p = r.p",{"blocking_rule":"l.p = r.p"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := match.ReadSplink(data)
		if err != nil {
			require.ErrorIs(t, err, match.ErrModel)
			return
		}
		require.NoError(t, m.Check())
		out, err := m.MarshalJSON()
		require.NoError(t, err)
		again, err := match.ParseModel(out)
		require.NoError(t, err)
		second, err := again.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(out), string(second))
		runModel(t, m)
	})
}

// runModel compares a few records by a model of fields of any names.
func runModel(t *testing.T, m *match.Model) {
	t.Helper()
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) && name != "" && len(name) <= 200 && len(names) < 50 {
			names = append(names, name)
		}
	}
	var walk func(c *match.Condition)
	walk = func(c *match.Condition) {
		for _, o := range []*match.Operand{c.A, c.B} {
			if o != nil {
				add(o.Field)
			}
		}
		for i := range c.Args {
			walk(&c.Args[i])
		}
	}
	for _, c := range m.Comparisons {
		for i := range c.Levels {
			walk(&c.Levels[i].When)
			add(c.Levels[i].Frequency)
		}
	}
	for _, r := range m.Rules {
		for _, k := range r.Keys {
			add(k.Field)
		}
	}
	if len(names) == 0 {
		return
	}
	m.Frequencies = map[string]*match.Frequencies{names[0]: {Total: 10, Shares: map[string]float64{"ann": 0.5}, Others: 0.1}}
	values := []string{"", "ann", "anna", "1970-01-02", "1970-02-01", "SW1A 1AA", "\xff", "a@b"}
	var fields []match.Field[int]
	for i, name := range names {
		fields = append(fields, match.Field[int]{Name: name, Role: match.RolePlain, Read: func(r int) string { return values[(r*(i+1)+r/3)%len(values)] }})
	}
	s, err := match.NewSchema(func(r int) string { return fmt.Sprint(r + 1) }, fields, nil)
	require.NoError(t, err)
	ix, err := match.NewIndex(s, m)
	if err != nil {
		require.ErrorIs(t, err, match.ErrModel)
		return
	}
	require.NoError(t, ix.Add(func(yield func(int) bool) {
		for r := range 12 {
			if !yield(r) {
				return
			}
		}
	}, nil))
	pairs, _, err := ix.Pairs(&match.PairsOptions{Least: &everything})
	if err != nil {
		require.ErrorIs(t, err, match.ErrModel, "not trained")
		return
	}
	for _, p := range pairs {
		e, err := ix.Explain(p.A, p.B)
		require.NoError(t, err)
		require.Equal(t, p, e.Match)
		sum := 0.0
		for _, term := range e.Terms {
			sum += term.Weight + term.Adjustment
		}
		require.InDelta(t, p.Weight, sum, 1e-6)
	}
	_, err = ix.Cluster(nil)
	require.NoError(t, err)
	found, err := ix.Candidates(3, &match.PairsOptions{Least: &everything})
	require.NoError(t, err)
	for _, f := range found {
		require.Contains(t, pairs, f)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("ｱｲ髙ß")
	f.Fuzz(func(t *testing.T, s string) {
		require.Equal(t, match.Fold(s), match.Fold(match.Fold(s)))
		_ = match.Soundex(s)
	})
}

func FuzzParseModel(f *testing.F) {
	data, err := match.Standard(propertySchema).MarshalJSON()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"prior":0.1,"comparisons":[{"name":"a","levels":[{"label":"x","when":{"op":"equal","a":{"field":"a"}}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := match.ParseModel(data)
		if err != nil {
			require.ErrorIs(t, err, match.ErrModel)
			return
		}
		require.NoError(t, m.Check())
		ix, err := match.NewIndex(propertySchema, m)
		if err != nil {
			require.ErrorIs(t, err, match.ErrModel)
			return
		}
		require.Zero(t, ix.Len())
	})
}
