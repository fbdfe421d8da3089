package reports

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"bsnn/network/logbook"

	"github.com/stretchr/testify/require"
)

func TestReadTraining(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "the-run")
	require.NoError(t, os.Mkdir(dir, 0o700))
	document := `{"format":"` + logbook.Format + `","status":"complete","data":{"source":"mnist:/secret/place","name":"mnist","train_rows":1200},
		"spec":{"depth":3,"width":9,"activation":"relu","weights":"haar"},"records":[{"epoch":1,"train":{"loss":0.5,"accuracy":0.75},"layers":[{"layer":1,"x":1,"d":null,"gradient":2}]}]}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, logbook.DocumentName), []byte(document), 0o600))
	run, err := ReadTraining(dir)
	require.NoError(t, err)
	require.Equal(t, "the-run", run.Name)
	require.Equal(t, "mnist, 1,200 rows", run.Data)
	require.Equal(t, 0.75, run.Records[0].Train.Accuracy)
	data, err := json.Marshal(run)
	require.NoError(t, err)
	require.NotContains(t, string(data), "secret")
	_, err = ReadTraining(t.TempDir())
	require.ErrorContains(t, err, "no training run")
}
