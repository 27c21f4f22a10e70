package chart

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

type colour [3]float64

// linear reads "#rrggbb" as linear light (IEC 61966-2-1).
func linear(t *testing.T, hex string) colour {
	t.Helper()
	var c colour
	for i := range c {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		s := float64(v) / 255
		if c[i] = s / 12.92; s > 0.04045 {
			c[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return c
}

func (c colour) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is the ratio of WCAG 2.1.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// visions are normal sight and the three dichromacies at severity 1.0 of Machado,
// Oliveira & Fernandes (2009), table 1, on linear light.
var visions = map[string][3]colour{
	"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func (c colour) seen(m [3]colour) colour {
	var out colour
	for i := range out {
		out[i] = min(1, max(0, m[i][0]*c[0]+m[i][1]*c[1]+m[i][2]*c[2]))
	}
	return out
}

// oklab is the perceptual space of Ottosson (2020), "A perceptual color space for image processing".
func (c colour) oklab() colour {
	l := math.Cbrt(0.4122214708*c[0] + 0.5363325363*c[1] + 0.0514459929*c[2])
	m := math.Cbrt(0.2119034982*c[0] + 0.6806995451*c[1] + 0.1073969566*c[2])
	s := math.Cbrt(0.0883024619*c[0] + 0.2817188376*c[1] + 0.6299787005*c[2])
	return colour{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

func apartBy(a, b colour) float64 {
	p, q := a.oklab(), b.oklab()
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

func TestPalettes(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*palette{"light": &lightPalette, "dark": &darkPalette} {
		surface := linear(t, p.surface)
		require.GreaterOrEqual(t, contrast(linear(t, p.ink), surface), 7.0, name)
		require.GreaterOrEqual(t, contrast(linear(t, p.soft), surface), 4.5, name)
		require.GreaterOrEqual(t, contrast(linear(t, p.axis), surface), 3.0, name)
		if name == "dark" {
			require.GreaterOrEqual(t, contrast(linear(t, p.neutral), surface), 3.0, name)
		}
		for i, s := range p.series {
			require.GreaterOrEqual(t, contrast(linear(t, s), surface), 3.0, "%s series %d", name, i)
			for j := range i {
				for vision, m := range visions {
					// 0.08 in OKLab is about four times a just noticeable difference (0.02).
					require.GreaterOrEqual(t, apartBy(linear(t, s).seen(m), linear(t, p.series[j]).seen(m)), 0.08, "%s: series %d and %d, %s", name, i, j, vision)
				}
			}
		}
		for i := range heatSteps {
			require.GreaterOrEqual(t, contrast(linear(t, p.heat[i]), linear(t, p.heatInk[i])), 4.5, "%s heat %d", name, i)
			if i == 0 {
				continue
			}
			for vision, m := range visions {
				a, b := linear(t, p.heat[i-1]).seen(m), linear(t, p.heat[i]).seen(m)
				rising := b.luminance() > a.luminance()
				require.Equal(t, name == "dark", rising, "%s heat %d, %s: the ramp turns", name, i, vision)
				require.GreaterOrEqual(t, apartBy(a, b), 0.02, "%s heat %d, %s", name, i, vision)
			}
		}
	}
	require.Len(t, dashes, maxSeries)
	require.Len(t, map[string]bool{
		dashes[0]: true, dashes[1]: true, dashes[2]: true, dashes[3]: true, dashes[4]: true, dashes[5]: true,
	}, maxSeries, "two series share a dash: %v", fmt.Sprint(dashes))
}
