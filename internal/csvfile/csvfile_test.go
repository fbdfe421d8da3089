package csvfile

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFormulasAreText(t *testing.T) {
	for cell, want := range map[string]string{
		`=HYPERLINK("x")`: `'=HYPERLINK("x")`, "-x*sigmoid(x)": "'-x*sigmoid(x)", "+x": "'+x", "@SUM(A1)": "'@SUM(A1)", " =1+1": "' =1+1",
		"\t=1+1": "'\t=1+1", "-1.5e-3": "-1.5e-3", "+3": "+3", "-Inf": "-Inf", "x=1": "x=1", "": "", "'": "'", "gelu": "gelu", "−0.5": "−0.5",
		"\x1b[31m": `\u001b[31m`, "-": "'-", "-0x": "'-0x",
	} {
		require.Equal(t, want, text(cell), "%q", cell)
	}
}

// What is written reads back as the same table but for marks of text.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching("[-=a-z0-9,\"\n ]{1,5}"), 3, 3), 1, 4).Draw(t, "rows")
		data, err := Format(rows)
		require.NoError(t, err)
		got, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		require.NoError(t, err)
		require.Len(t, got, len(rows))
		for i := range rows {
			for j := range rows[i] {
				require.Equal(t, text(rows[i][j]), got[i][j])
			}
		}
	})
}
