package match

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// ReadSplink reads a model that Splink 4 saved as JSON (linker.misc.save_model_to_json):
// prior, comparisons with their levels and probabilities, and blocking rules. The SQL of
// DuckDB is understood as far as Splink's own comparison library writes it: IS NULL, =,
// AND, OR, ELSE, jaro_similarity, jaro_winkler_similarity, levenshtein,
// damerau_levenshtein, differences of dates, SUBSTRING and regexp_extract.
//
// Its columns are the names of fields of [RolePlain]. Term frequencies are not in the
// file: set them in Frequencies by column before the model is used, see
// [NewFrequencies]; a level without them has its plain weight. Same is the weight of a
// probability of 0.95, Review that of 0.5. The error joins every fault under [ErrModel].
func ReadSplink(data []byte) (*Model, error) {
	n, err := strictjson.Parse(data, &modelLimits)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	r := &splinkReader{fs: &faults{err: ErrModel}}
	m := &Model{Same: math.Log2(0.95 / 0.05)}
	m.Prior = r.number(n, "probability_two_random_records_match", "", 0)
	for i, c := range r.list(n, "comparisons") {
		m.Comparisons = append(m.Comparisons, r.comparison(&c, fmt.Sprintf("comparisons[%d]", i)))
	}
	for i, c := range r.list(n, "blocking_rules_to_generate_predictions") {
		path := fmt.Sprintf("blocking_rules_to_generate_predictions[%d]", i)
		m.Rules = append(m.Rules, r.rule(r.text(&c, "blocking_rule"), path))
	}
	if err := r.fs.join(); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

type splinkReader struct{ fs *faults }

func (r *splinkReader) list(n *strictjson.Node, key string) []strictjson.Node {
	if v, ok := n.Lookup(key); ok && v.Kind == strictjson.Array {
		return v.Items
	}
	return nil
}

func (r *splinkReader) text(n *strictjson.Node, key string) string {
	if n.Kind == strictjson.String {
		return n.Text
	}
	if v, ok := n.Lookup(key); ok && v.Kind == strictjson.String {
		return v.Text
	}
	return ""
}

func (r *splinkReader) truth(n *strictjson.Node, key string) bool {
	v, ok := n.Lookup(key)
	return ok && v.Kind == strictjson.Bool && v.Bool
}

func (r *splinkReader) number(n *strictjson.Node, key, path string, missing float64) float64 {
	v, ok := n.Lookup(key)
	if !ok || v.Kind == strictjson.Null {
		return missing
	}
	x, err := strconv.ParseFloat(v.Text, 64)
	if v.Kind != strictjson.Number || err != nil {
		r.fs.add(strings.TrimPrefix(path+"."+key, "."), "must be a number")
	}
	return x
}

func (r *splinkReader) comparison(n *strictjson.Node, path string) Comparison {
	c := Comparison{Name: r.text(n, "output_column_name")}
	if n.Kind != strictjson.Object {
		r.fs.add(path, "must be an object")
		return c
	}
	for i, l := range r.list(n, "comparison_levels") {
		c.Levels = append(c.Levels, r.level(&l, fmt.Sprintf("%s.comparison_levels[%d]", path, i)))
	}
	return c
}

func (r *splinkReader) level(n *strictjson.Node, path string) Level {
	l := Level{Label: r.text(n, "label_for_charts"), Missing: r.truth(n, "is_null_level")}
	if n.Kind != strictjson.Object {
		r.fs.add(path, "must be an object")
		return l
	}
	when, err := parseSQL(r.text(n, "sql_condition"))
	if err != nil {
		r.fs.add(path+".sql_condition", "%v", err)
	}
	l.When = when
	if !l.Missing {
		l.M, l.U = r.number(n, "m_probability", path, 0), r.number(n, "u_probability", path, 0)
		if l.M == 0 || l.U == 0 {
			r.fs.add(path, "m_probability and u_probability must be above 0: train the model in Splink first")
		}
	}
	l.Frequency = r.text(n, "tf_adjustment_column")
	if n.Kind == strictjson.String {
		l.Frequency = ""
	}
	l.FrequencyWeight = r.number(n, "tf_adjustment_weight", path, 0)
	l.LeastShare = r.number(n, "tf_minimum_u_value", path, 0)
	if l.Frequency != "" {
		if w, ok := n.Lookup("tf_adjustment_weight"); ok && w.Kind == strictjson.Number && l.FrequencyWeight == 0 {
			l.Frequency = "" // a weight of zero is no correction
		}
	}
	return l
}

// rule reads a blocking rule: equalities joined by AND.
func (r *splinkReader) rule(sql, path string) Rule {
	out := Rule{Name: sql}
	c, err := parseSQL(sql)
	if err != nil {
		r.fs.add(path, "%v", err)
		return out
	}
	parts := []Condition{c}
	if c.Op == OpAnd {
		parts = c.Args
	}
	for _, p := range parts {
		if p.Op != OpEqual || p.A.Field != p.B.Field || p.A.Form != p.B.Form || p.A.Right == p.B.Right {
			r.fs.add(path, "must be equalities of one column of both records, joined by AND")
			return out
		}
		out.Keys = append(out.Keys, Key{p.A.Field, p.A.Form})
	}
	return out
}
