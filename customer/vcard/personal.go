package vcard

import (
	"slices"
	"strconv"
	"strings"
)

// gender reads GRAMGENDER. Its parameters are kept with SpeakToAs.
func (d *decoder) gender(l *line, value string) bool {
	s := &d.c.SpeakToAs
	if s.GrammaticalGender != "" {
		d.faults.add(ErrDuplicate, l.no, l.name, "the first one counts")
		return false
	}
	s.GrammaticalGender, s.Params = value, l.rest()
	return true
}

// otherGender notes a GRAMGENDER in another language than those before it, which is a
// localization (RFC 9554 section 3.2 allows one for each language).
func (d *decoder) otherGender(l *line) bool {
	s := &d.c.SpeakToAs
	lang, ok := l.has("LANGUAGE")
	if s.GrammaticalGender == "" || !ok || lang == "" || len(lang) > maxKey || len(l.params) != 1 || l.group != "" || l.kind != "" && l.kind != "text" || l.value == "" {
		return false
	}
	own, ok := s.Param("language")
	if !ok {
		own = d.cardLanguage()
	}
	if strings.EqualFold(own, lang) || !d.first('g', strings.ToLower(lang), len(d.genders)) {
		return false
	}
	d.genders = append(d.genders, Text{lang, strings.ToLower(d.unescape(l.value))})
	return true
}

// employers ties titles and roles to the one organisation of their group (RFC 9555
// section 2.9.6). A group that says nothing more, and is named as the encoder names
// them, goes.
func (d *decoder) employers() {
	c := d.c
	firms, lines, tied := map[string][]int{}, map[string]int{}, map[string]int{}
	for i := range c.Organizations {
		if g, ok := c.Organizations[i].Param("group"); ok {
			firms[g] = append(firms[g], i)
		}
	}
	for i := range d.lines {
		switch l := &d.lines[i]; {
		case l.group == "":
		case l.name == "ORG" || l.name == "TITLE" || l.name == "ROLE":
			tied[l.group]++
			fallthrough
		default:
			lines[l.group]++
		}
	}
	for i := range c.Titles {
		t := &c.Titles[i]
		g, ok := t.Param("group")
		if !ok || len(firms[g]) != 1 {
			continue
		}
		o := &c.Organizations[firms[g][0]]
		t.OrganizationID = o.ID
		if isItem(g) && lines[g] == tied[g] {
			t.dropParam("group")
			o.dropParam("group")
		}
	}
}

func (d *decoder) personal(l *line, value string) {
	p := PersonalInfo{ID: d.id(l, len(d.c.PersonalInfo)), Kind: strings.ToLower(l.name), Value: value}
	if level, ok := l.has("LEVEL"); ok {
		if p.Level = levelOf(strings.ToLower(level), l.name == "EXPERTISE"); p.Level != "" {
			l.take("LEVEL")
		}
	}
	p.ListAs = d.index(l)
	p.Label = d.label(l)
	p.Params = l.rest()
	d.c.PersonalInfo = append(d.c.PersonalInfo, p)
}

// levelOf maps the levels of RFC 6715 to those of JSContact.
func levelOf(word string, expertise bool) string {
	switch {
	case expertise && word == "beginner":
		return "low"
	case expertise && word == "average":
		return "medium"
	case expertise && word == "expert":
		return "high"
	case !expertise && (word == "low" || word == "medium" || word == "high"):
		return word
	}
	return ""
}

func (d *decoder) index(l *line) int {
	s, ok := l.has("INDEX")
	n, err := strconv.Atoi(s)
	if !ok || err != nil || n < 1 || strconv.Itoa(n) != s {
		return 0
	}
	l.take("INDEX")
	return n
}

// related adds relations of one person; a second line for the same one adds to the first.
func (d *decoder) related(l *line, uid string) bool {
	var kinds []string
	for i := range l.params {
		if l.params[i].Name != "TYPE" {
			if l.params[i].Name != "" {
				return false
			}
			continue
		}
		for _, values := range l.params[i].Values {
			for v := range strings.SplitSeq(values, ",") {
				if v = strings.ToLower(strings.TrimSpace(v)); len(v) > maxKey {
					return false
				} else if v != "" && len(kinds) <= 32 && !slices.Contains(kinds, v) {
					kinds = append(kinds, v)
				}
			}
		}
	}
	if l.group != "" || uid == "" || len(uid) > maxKey || len(kinds) > 32 {
		return false
	}
	if !d.first('r', uid, len(d.c.RelatedTo)) {
		r := &d.c.RelatedTo[d.known[entry{'r', uid}]]
		if len(r.Relations) > 64 {
			return false
		}
		for _, k := range kinds {
			if !slices.Contains(r.Relations, k) {
				r.Relations = append(r.Relations, k)
			}
		}
		return true
	}
	d.c.RelatedTo = append(d.c.RelatedTo, Relation{UID: uid, Relations: kinds})
	return true
}

// entry is a member of one of the lists that hold nothing twice.
type entry struct {
	list  byte
	value string
}

// first reports whether a list does not hold a value yet, and notes its place.
func (d *decoder) first(list byte, value string, place int) bool {
	if _, ok := d.known[entry{list, value}]; ok {
		return false
	}
	if d.known == nil {
		d.known = map[entry]int{}
	}
	d.known[entry{list, value}] = place
	return true
}
