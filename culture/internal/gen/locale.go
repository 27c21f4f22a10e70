package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/culture/internal/gen/source"
)

const root = "und"

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// readLikely reads the likely subtags: a tag, or part of one, to the full tag.
func readLikely(set *source.Set) (map[string]string, error) {
	var file struct {
		Supplemental struct {
			LikelySubtags map[string]string `json:"likelySubtags"`
		} `json:"supplemental"`
	}
	err := set.JSON(corePackage, "supplemental/likelySubtags.json", &file)
	return file.Supplemental.LikelySubtags, err
}

// readParents reads the parents that are not found by cutting off a subtag.
func readParents(set *source.Set) (map[string]string, error) {
	var file struct {
		Supplemental struct {
			ParentLocales struct {
				ParentLocale map[string]string `json:"parentLocale"`
			} `json:"parentLocales"`
		} `json:"supplemental"`
	}
	err := set.JSON(corePackage, "supplemental/parentLocales.json", &file)
	return file.Supplemental.ParentLocales.ParentLocale, err
}

// parent is the next locale to look in: the stated parent; the root for a script that
// is not the default one of its language (ids are minimal); else the tag cut short.
func parent(id string, parents map[string]string) string {
	if p, ok := parents[id]; ok {
		return p
	}
	cut := strings.LastIndexByte(id, '-')
	if cut < 0 || len(id)-cut-1 == 4 && strings.Count(id, "-") == 1 {
		return root
	}
	return id[:cut]
}

// nearest is the first locale of the chain that the source has.
func nearest(id string, all map[string]*nameData, parents map[string]string) string {
	for all[id] == nil {
		id = parent(id, parents)
	}
	return id
}

// minimal drops the script where it is the default one of the language.
func minimal(id string, likely map[string]string) string {
	parts := strings.Split(id, "-")
	if len(parts) > 1 && len(parts[1]) == 4 && strings.HasPrefix(likely[parts[0]], parts[0]+"-"+parts[1]+"-") {
		parts = slices.Delete(parts, 1, 2)
	}
	return strings.Join(parts, "-")
}

// variant reports whether an id has a variant subtag.
func variant(id string) bool {
	for i, part := range strings.Split(id, "-") {
		if i > 0 && len(part) > 4 || i > 0 && len(part) == 4 && part[0] >= '0' && part[0] <= '9' {
			return true
		}
	}
	return false
}

// locales writes what is needed to find the parents and the script of a locale.
func locales(set *source.Set) ([]byte, error) {
	parents, err := readParents(set)
	if err != nil {
		return nil, err
	}
	likely, err := readLikely(set)
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, child := range sorted(parents) {
		rows = append(rows, child+" "+parents[child])
	}
	l, err := groupLikely(likely)
	if err != nil {
		return nil, err
	}
	w := newWriter("tables")
	w.lines("ParentLocales", "ParentLocales is each locale with its parent, where that is not the locale cut short; und is the root.", rows)
	w.lines("LikelyScripts", "LikelyScripts is each script with the languages that are written in it by default; a language that is not here\nis written in Latn. Every code is followed by a blank.", l.scripts)
	w.lines("LikelyRegional", "LikelyRegional is the script of a language in a region, where it is not the language's default.", l.regional)
	w.lines("LikelyOfScript", "LikelyOfScript is the language and the region that a script stands for, und-Latn being en-Latn-US.", l.ofScript)
	w.lines("LikelyOfScriptRegion", "LikelyOfScriptRegion is the language that a script stands for in a region, where it is another one.", l.ofScriptRegion)
	w.lines("LikelyOfRegion", "LikelyOfRegion is the language and the script of a region; a region that is not here has en and Latn.", l.ofRegion)
	return w.bytes(), nil
}

// likelyRows is the likely subtags by what is known of a tag. Rows of a language with
// a script only add a region, which nothing here asks for.
type likelyRows struct {
	scripts, regional, ofScript, ofScriptRegion, ofRegion []string
}

func groupLikely(likely map[string]string) (*likelyRows, error) {
	l := &likelyRows{}
	byScript := map[string][]string{}
	for _, tag := range sorted(likely) {
		full := strings.Split(likely[tag], "-")
		if len(full) != 3 {
			return nil, fmt.Errorf("likely subtags: %s is %s", tag, likely[tag])
		}
		language, script, region := full[0], full[1], full[2]
		known := strings.Split(tag, "-")
		switch {
		case len(known) == 1 && tag == root:
			if likely[tag] != "en-Latn-US" {
				return nil, fmt.Errorf("likely subtags: und is %s, the reader has en-Latn-US", likely[tag])
			}
		case len(known) == 1:
			if script != "Latn" {
				byScript[script] = append(byScript[script], tag)
			}
		case known[0] != root && len(known[1]) != 4:
			l.regional = append(l.regional, tag+" "+script)
		case known[0] != root:
		case len(known) == 3:
			l.ofScriptRegion = append(l.ofScriptRegion, known[1]+"-"+known[2]+" "+language)
		case len(known[1]) == 4:
			l.ofScript = append(l.ofScript, script+" "+language+" "+region)
		default:
			l.ofRegion = append(l.ofRegion, known[1]+" "+language+" "+script)
		}
	}
	for _, script := range sorted(byScript) {
		l.scripts = append(l.scripts, script+" "+strings.Join(byScript[script], " ")+" ")
	}
	return l, nil
}
