package personname

import (
	"sync"

	"golang.org/x/text/language"
)

// Formatter writes names for the readers of one locale in one form. It is made once by
// [New] and may then be shared by any number of goroutines.
type Formatter struct {
	form   Options
	locale locale // maximal: with the likely language and script
	own    *style

	mu      sync.RWMutex
	foreign map[locale]foreign // names in another script, by their locale
	styles  map[locale]*style  // of these, by the locale of their data
}

// foreign is what formats the names of a locale in another script.
type foreign struct {
	reader locale // the formatting locale, maximal
	style  *style
}

// maxForeign is how many locales of names in another script a formatter remembers;
// what is beyond is found anew each time.
const maxForeign = 256

// New makes a formatter for the readers of a locale. What is not registered, or has no
// patterns in CLDR, has its parent's, at last those of the root: [Formatter.Locale]
// says which. Variants and extensions of the tag do not count. A bad option is an
// error that wraps [ErrOption].
func New(tag language.Tag, opts *Options) (*Formatter, error) {
	var form Options
	if opts != nil {
		form = *opts
	}
	if err := form.check(); err != nil {
		return nil, err
	}
	if form.Usage == 0 {
		form.Usage = Referring
	}
	// As ICU reads it: a monogram is never sorted, and what is sorted is referred to.
	if form.Order == Sorting && form.Usage == Monogram {
		form.Order = 0
	}
	if form.Order == Sorting {
		form.Usage = Referring
	}
	l := localeOf(tag)
	f := &Formatter{form: form, foreign: map[locale]foreign{}, styles: map[locale]*style{}}
	f.locale = l.maximal()
	if l == (locale{}) {
		f.own = newStyle(locale{}, "0", form)
		return f, nil
	}
	data, number := l.dataLocale()
	f.own = newStyle(data, number, form)
	return f, nil
}

// Locale is the locale whose patterns the formatter has; Und for the root's.
func (f *Formatter) Locale() language.Tag { return f.own.locale.tag() }

// Format writes a name. It never gives nothing: a name in which the pattern shows
// nothing is written as its surname, else its given name. The error wraps [ErrName],
// with every fault of the fields that were asked for, or is [ErrNoName].
func (f *Formatter) Format(name Source) (string, error) {
	var buffer [192]byte
	text, err := f.append(buffer[:0], name, nil)
	if err != nil {
		return "", err
	}
	return string(text), nil
}

// Append is [Formatter.Format] that appends to dst; after an error dst is as it was.
func (f *Formatter) Append(dst []byte, name Source) ([]byte, error) {
	text, err := f.append(dst, name, nil)
	if err != nil {
		return dst, err
	}
	return text, nil
}

// act is what is decided about one name before it is written.
type act struct {
	name     locale // with the script of its letters; the order is looked up for ordering
	ordering locale
	inferred bool   // nobody stated the name's locale
	script   string // of the name; empty for unknown
	reader   locale // the formatting locale, switched where the script asks for it
	style    *style
	switched bool
	order    Order
	basis    OrderBasis
	entry    locale
}

// append writes a name after dst, and fills the trace where there is one.
func (f *Formatter) append(dst []byte, name Source, trace *Trace) ([]byte, error) {
	if name == nil {
		return dst, ErrNoName
	}
	v := newValues(name)
	if v.given == "" && v.surname == "" {
		if err := v.faults.err(); err != nil {
			return dst, err
		}
		return dst, ErrNoName
	}
	var a act
	f.nameLocale(&a, &v)
	f.formattingLocale(&a)
	f.nameOrder(&a, &v)
	v.casing = a.casing()
	start := len(dst)
	p := v.best(dst, a.style.patterns[a.order-1], a.style)
	v.standIn(p)
	dst = v.appendPattern(dst, p, a.style, f.capitals(&a))
	if len(dst) == start {
		dst = append(dst, v.surname...)
		if len(dst) == start {
			dst = append(dst, v.given...)
		}
	}
	dst = appendSpaces(dst, start, a.space())
	if err := v.faults.err(); err != nil {
		return dst[:start], err
	}
	if trace != nil {
		f.explain(trace, &a, &v, p)
		trace.Text = string(dst[start:])
	}
	return dst, nil
}

// nameLocale is UTS #35 part 8, Derive the name locale: the script of the first letter
// that has one, in the surname and then in the given name; the stated locale with that
// script, else the likely locale of the script.
func (f *Formatter) nameLocale(a *act, v *values) {
	a.script = scriptOfText(v.surname)
	if a.script == "" {
		a.script = scriptOfText(v.given)
	}
	a.ordering = localeOf(v.source.NameLocale())
	a.inferred = a.ordering == (locale{}) // Und, also with extensions; or private parts alone
	switch {
	case !a.inferred:
	case a.script == "":
		a.ordering = f.locale // nothing says otherwise
	default:
		a.ordering = ofScript(a.script)
	}
	a.name = a.ordering
	if a.script != "" {
		a.name.script = a.script
	}
}

// formattingLocale is UTS #35 part 8, Switch the formatting locale if necessary.
func (f *Formatter) formattingLocale(a *act) {
	a.reader, a.style = f.locale, f.own
	if a.script == "" || matches(a.script, f.locale.script) {
		return
	}
	a.switched = true
	f.mu.RLock()
	known, ok := f.foreign[a.name]
	f.mu.RUnlock()
	if !ok {
		known = f.remember(a.name)
	}
	a.reader, a.style = known.reader, known.style
}

// formattingLocaleOf is the locale that formats a name in another script: the name's
// own where it has data; else the likely language of the script in the name's region;
// where that has none either (und-Latn-RU is Karelian), as ICU reads it the likely
// language of the script.
func formattingLocaleOf(name locale) (reader, data locale, number string) {
	fallback := ofScript(name.script)
	fallback.region = name.region
	for _, reader = range [...]locale{name, locale{"", name.script, name.region}.maximal(), fallback} {
		reader = reader.natural()
		if data, number = reader.dataLocale(); data != (locale{}) {
			break
		}
	}
	return reader.maximal(), data, number
}

// natural drops a script that is among those of the language's own writing: Hani of
// ja is Jpan, of zh-TW it is Hant.
func (l locale) natural() locale {
	likely := locale{l.language, "", l.region}.maximal().script
	if l.script != "" && matches(l.script, likely) {
		l.script = ""
	}
	return l
}

// remember finds what formats the names of a locale, and keeps it.
func (f *Formatter) remember(name locale) foreign {
	reader, data, number := formattingLocaleOf(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.styles[data]
	if s == nil {
		s = newStyle(data, number, f.form)
		f.styles[data] = s
	}
	found := foreign{reader, s}
	if len(f.foreign) < maxForeign {
		f.foreign[name] = found
	}
	return found
}

// nameOrder is UTS #35 part 8, Derive the name order.
func (f *Formatter) nameOrder(a *act, v *values) {
	switch f.form.Order {
	case Sorting, GivenFirst, SurnameFirst:
		a.order, a.basis = f.form.Order, OrderRequested
		return
	case NativeOrder:
		a.order, a.entry = a.style.orderFor(a.reader)
		a.basis = OrderRequested
		return
	}
	switch v.source.PreferredOrder() {
	case "givenFirst":
		a.order, a.basis = GivenFirst, OrderPreferred
		return
	case "surnameFirst":
		a.order, a.basis = SurnameFirst, OrderPreferred
		return
	case "":
	default:
		v.faults.field("preferredOrder", "is neither givenFirst nor surnameFirst")
	}
	a.order, a.entry = a.style.orderFor(a.ordering)
	a.basis = OrderOfLocale
}

// capitals reports whether surnames are written in capitals.
func (f *Formatter) capitals(a *act) bool {
	if f.form.SurnameAllCaps || !f.form.ForeignSurnameAllCaps || f.form.Order == Sorting {
		return f.form.SurnameAllCaps
	}
	native, _ := a.style.orderFor(a.reader)
	return a.order != native
}

// casing is that of the name's locale where that has rules of its own (UTS #35
// part 8, allCaps), else that of the formatting locale, as ICU and the conformance
// files have it: a foreign name in a Greek text loses its accents in capitals.
func (a *act) casing() casing {
	if own := casingOf(a.ordering.language); own != plainCasing {
		return own
	}
	return casingOf(a.reader.language)
}

// space is what stands for a blank (UTS #35 part 8, Setting the spaceReplacement).
func (a *act) space() string {
	name, reader := a.name.language, a.reader.language
	if name == "" {
		name = a.name.maximal().language
	}
	if name == reader || chinese(name) && chinese(reader) {
		return a.style.native
	}
	return a.style.foreign
}

// chinese reports the languages that count as one for blanks.
func chinese(language string) bool { return language == "ja" || language == "zh" || language == "yue" }
