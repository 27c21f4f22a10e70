package survey

import "slices"

// kind is what an element is; types that hold answers in the same way share one.
type kind uint8

const (
	kindPage kind = iota + 1
	kindPanel
	kindText
	kindComment
	kindRating
	kindRadio    // radiogroup, dropdown, buttongroup: one choice
	kindCheckbox // checkbox, tagbox: several choices
	kindRanking
	kindImages // imagepicker: one or several
	kindBoolean
	kindMatrix
	kindCells // matrixdropdown
	kindRows  // matrixdynamic
	kindMultipleText
	kindPanelDynamic
	kindSlider
	kindExpression
	kindDisplay // html, image: nothing to answer
	kindOpaque  // file, signaturepad, imagemap: an answer that is kept as it is
)

// kindOf maps a type's name; zero for a type that survey-core does not know.
func kindOf(name string) kind {
	switch name {
	case "panel", "flowpanel":
		return kindPanel
	case "text":
		return kindText
	case "comment":
		return kindComment
	case "rating":
		return kindRating
	case "radiogroup", "dropdown", "buttongroup":
		return kindRadio
	case "checkbox", "tagbox":
		return kindCheckbox
	case "ranking":
		return kindRanking
	case "imagepicker":
		return kindImages
	case "boolean":
		return kindBoolean
	case "matrix":
		return kindMatrix
	case "matrixdropdown":
		return kindCells
	case "matrixdynamic":
		return kindRows
	case "multipletext":
		return kindMultipleText
	case "paneldynamic":
		return kindPanelDynamic
	case "slider":
		return kindSlider
	case "expression":
		return kindExpression
	case "html", "image", "empty":
		return kindDisplay
	case "file", "signaturepad", "imagemap":
		return kindOpaque
	default:
		return 0
	}
}

// selects reports a question whose answer is taken from choices.
func (k kind) selects() bool {
	return slices.Contains([]kind{kindRadio, kindCheckbox, kindRanking, kindImages}, k)
}

// container reports a page or panel.
func (k kind) container() bool { return k == kindPage || k == kindPanel }

// nests reports a question whose answer consists of answers to further questions.
func (k kind) nests() bool {
	return slices.Contains([]kind{kindCells, kindRows, kindMultipleText, kindPanelDynamic}, k)
}
