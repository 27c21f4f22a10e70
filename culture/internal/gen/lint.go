package main

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed overrides.json
var overridesJSON []byte

var (
	fieldNames    = []string{"title", "given", "given2", "surname", "surname2", "generation", "credentials"}
	modifierNames = [][]string{{"informal"}, {"vocative", "genitive"}, {"allCaps", "initialCap"}, {"initial", "monogram"}, {"prefix", "core"}, {"retain"}}
)

// lint finds what the reader of the tables could not stand, and patterns that lose a
// name: after the corrections the source must be free of both.
func lint(all map[string]*nameData) error {
	var faults []error
	fault := func(locale, format string, args ...any) {
		faults = append(faults, fmt.Errorf("lint: %s: %s", locale, fmt.Sprintf(format, args...)))
	}
	if all[root] == nil {
		return errors.New("lint: the source has no root")
	}
	for _, locale := range sorted(all) {
		d := all[locale]
		for _, problem := range lintSettings(d) {
			fault(locale, "%s", problem)
		}
		for _, c := range cells() {
			alternatives := d.alternatives(c)
			if len(alternatives) == 0 || len(alternatives) > 9 {
				fault(locale, "%s: %d patterns", c, len(alternatives))
			}
			for _, pattern := range alternatives {
				for _, problem := range lintPattern(c, pattern) {
					fault(locale, "%s: %q %s", c, pattern, problem)
				}
			}
		}
	}
	return errors.Join(faults...)
}

func lintSettings(d *nameData) []string {
	var problems []string
	add := func(bad bool, problem string) {
		if bad {
			problems = append(problems, problem)
		}
	}
	both := slices.Concat(d.GivenFirst, d.SurnameFirst)
	unique := slices.Compact(slices.Sorted(slices.Values(both)))
	add(!slices.Contains(both, root), "neither order names und")
	add(len(unique) != len(both), "a locale stands in both orders, or twice")
	add(!slices.Contains([]string{"long", "medium", "short"}, d.Length), "default length "+d.Length)
	add(!slices.Contains([]string{"formal", "informal"}, d.Formality), "default formality "+d.Formality)
	add(strings.Count(d.Initial, "{0}") != 1, "initial "+d.Initial)
	add(!strings.HasPrefix(d.Sequence, "{0}") || !strings.HasSuffix(d.Sequence, "{1}") || strings.Count(d.Sequence, "{") != 2, "sequence "+d.Sequence)
	for _, text := range append(both, d.NativeSpace, d.ForeignSpace, d.Initial, d.Sequence) {
		add(strings.ContainsAny(text, "\t\n"), "a tab or line break in "+text)
	}
	return problems
}

// lintPattern checks one pattern against the grammar of UTS #35 part 8, and that one
// that refers formally, or gives the whole name, shows both names.
func lintPattern(c cell, pattern string) []string {
	var problems []string
	fields := map[string]int{}
	rest := pattern
	for rest != "" {
		literal, tail, open := strings.Cut(rest, "{")
		if strings.ContainsAny(literal, "}\\\t\n") || strings.Contains(literal, "  ") {
			problems = append(problems, "has a literal that no pattern may have")
		}
		if !open {
			break
		}
		placeholder, after, closed := strings.Cut(tail, "}")
		rest = after
		name, problem := lintField(placeholder)
		if !closed || problem != "" {
			return append(problems, "has a bad field "+placeholder+" "+problem)
		}
		fields[name]++
	}
	if strings.TrimSpace(pattern) != pattern || len(fields) == 0 {
		problems = append(problems, "begins or ends with a blank, or shows nothing")
	}
	for name, n := range fields {
		if n > 2 || n == 2 && !strings.HasPrefix(name, "surname") {
			problems = append(problems, "shows "+name+" twice")
		}
	}
	full := c.usage == "referring" && c.formality == "formal" && c.length != "short"
	if full && (fields["given"] == 0 || fields["surname"] == 0) {
		problems = append(problems, "loses the given name or the surname")
	}
	if fields["surname2"] > 0 && fields["surname"] == 0 {
		problems = append(problems, "shows surname2 without surname")
	}
	if fields["given"] == 0 && fields["surname"] == 0 {
		problems = append(problems, "shows neither name")
	}
	return problems
}

func lintField(placeholder string) (name, problem string) {
	parts := strings.Split(placeholder, "-")
	if !slices.Contains(fieldNames, parts[0]) {
		return "", "(unknown field)"
	}
	used := map[int]bool{}
	for _, modifier := range parts[1:] {
		kind := slices.IndexFunc(modifierNames, func(names []string) bool { return slices.Contains(names, modifier) })
		if kind < 0 || used[kind] {
			return "", "(unknown or repeated modifier " + modifier + ")"
		}
		used[kind] = true
	}
	return parts[0], ""
}
