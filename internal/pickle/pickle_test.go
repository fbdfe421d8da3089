package pickle

import (
	"strings"
	"testing"

	"bsnn/internal/hostile"

	"github.com/stretchr/testify/require"
)

func all(Global) bool { return true }

func none(Global) bool { return false }

func decode(t *testing.T, text string) any {
	t.Helper()
	v, n, err := Decode([]byte(text), all)
	require.NoError(t, err, "%q", text)
	require.Equal(t, len(text), n)
	return v
}

// What Python wrote, by hand from pickletools: each opcode that weights need.
func TestDecode(t *testing.T) {
	for text, want := range map[string]any{
		"N.": nil, "\x88.": true, "\x89.": false, "I01\n.": true, "I42\n.": int64(42), "L-7L\n.": int64(-7),
		"K\x07.": int64(7), "M\x01\x02.": int64(513), "J\xff\xff\xff\xff.": int64(-1), "\x8a\x01\xff.": int64(-1), "\x8a\x00.": int64(0),
		"\x8a\x02\xff\x00.": int64(255), "F1.5\n.": 1.5, "G\x3f\xf8\x00\x00\x00\x00\x00\x00.": 1.5,
		"X\x02\x00\x00\x00ab.": "ab", "\x8c\x02ab.": "ab", "U\x02ab.": "ab", "Vab\n.": "ab", "C\x02ab.": []byte("ab"),
		").": Tuple{}, "K\x01K\x02\x86.": Tuple{int64(1), int64(2)}, "(K\x01K\x02K\x03t.": Tuple{int64(1), int64(2), int64(3)},
		"](K\x01K\x02e.": &List{[]any{int64(1), int64(2)}}, "]K\x01a.": &List{[]any{int64(1)}}, "(K\x01l.": &List{[]any{int64(1)}},
		"}\x8c\x01aK\x01s.":                         &Dict{[]any{"a"}, []any{int64(1)}},
		"}(K\x01NK\x02\x88u.":                       &Dict{[]any{int64(1), int64(2)}, []any{nil, true}},
		"ctorch\nSize\n.":                           Global{"torch", "Size"},
		"\x8c\x01m\x8c\x01n\x93.":                   Global{"m", "n"},
		"cm\nn\n(K\x01tR.":                          &Call{Global{"m", "n"}, Tuple{int64(1)}},
		"\x8c\x01xQ.":                               Persistent{"x"},
		"K\x05q\x000h\x00.":                         int64(5),
		"K\x05\x940h\x00.":                          int64(5),
		"ccollections\nOrderedDict\n)R\x8c\x01aNs.": &Dict{[]any{"a"}, []any{nil}},
		"ccollections\nOrderedDict\n](K\x01K\x02\x86e\x85R}b.": &Dict{[]any{int64(1)}, []any{int64(2)}},
		"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.":       nil,
		"cm\nn\n)\x81.": &Call{Global{"m", "n"}, Tuple{}},
	} {
		require.Equal(t, want, decode(t, text), "%q", text)
	}
}

func TestUnknownNamesAreRefused(t *testing.T) {
	for _, text := range []string{"cos\nsystem\n.", "\x8c\x02os\x8c\x06system\x93.", "cposix\nsystem\n(Vrm\ntR."} {
		_, _, err := Decode([]byte(text), none)
		var global *GlobalError
		require.ErrorAs(t, err, &global)
		require.ErrorContains(t, err, "system")
	}
	_, _, err := Decode([]byte("ccollections\nOrderedDict\n."), none)
	require.NoError(t, err)
}

func TestBadPickles(t *testing.T) {
	for text, want := range map[string]string{
		"": "without a stop", "N": "without a stop", ".": "a value is missing", "0.": "a value is missing", "t.": "a mark is missing",
		"K": "1 bytes, where 0", "X\xff\xff\xff\xffab.": "4294967295 bytes, where 3", "h\x09.": "nothing is remembered",
		"\x80\x09N.": "protocol 9", "Na.": "a value is missing", "NNa.": "no list", "NNNs.": "no dictionary", "}(Nu.": "without a value",
		"NNR.": "no function", "ib\nc\n.": `opcode 'i'`, "\x82\x01.": `opcode`, "(.": "a value is missing",
		"V" + strings.Repeat("x", maxLine+1): "a line of more than",
		// The same list again and again would be copied each time.
		"(](" + strings.Repeat("K\x01K\x02\x86", 20) + "eq\x00ccollections\nOrderedDict\nq\x01" +
			strings.Repeat("h\x01h\x00\x85R", 40) + "t.": "again and again",
	} {
		_, _, err := Decode([]byte(text), all)
		require.ErrorContains(t, err, want, "%q", text)
	}
	_, _, err := Decode([]byte(strings.Repeat("N", maxDepth+1)), all)
	require.ErrorContains(t, err, "values at a time")
}

// What is remembered takes memory, and little of the file.
func TestManyValues(t *testing.T) {
	if testing.Short() {
		t.Skip("some 100 MB of memory")
	}
	_, _, err := Decode([]byte(strings.Repeat("}\x940", maxMade/2)+"}."), all)
	require.ErrorContains(t, err, "more than 2097152 values")
}

// No input makes the machine panic or hang.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{"}(\x8c\x01aK\x01\x8c\x01b](K\x02K\x03eu.", "ccollections\nOrderedDict\n)Rq\x00h\x00s.", "cm\nn\n(tR}b.",
		"\x80\x02(I1\nL2L\nF3\ntp1\ng1\n0.", "]q\x00h\x00a."} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			_, n, err := Decode(b, all)
			if err == nil {
				require.LessOrEqual(t, n, len(b))
			}
		})
	})
}
