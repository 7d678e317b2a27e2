using Microsoft.ML;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>A few rows of the schema that a model was trained on, as a text file would give them: 0, 1 and something missing.</summary>
internal sealed class SampleRows(MLContext context, DataViewSchema schema)
{
    public IDataView Rows => context.Data.LoadFromEnumerable(
        [
            new Row { A = 1, B = 0.5f, C = -1, City = "City 1", Born = new DateTime(2001, 2, 3), Pixels = [1, 2, 3, 4] },
            new Row { A = -50, B = -0.5f, C = 7, City = "", Pixels = [255, 0, 0, 9], Yes = true, Flags = [1, 0, 1] },
        ]) is var rows && schema.Count > 0 ? rows : throw new InvalidOperationException("The model file has no schema.");

    private sealed class Row
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public float Weight { get; set; }

        public string City { get; set; } = "";

        public DateTime Born { get; set; }

        [Microsoft.ML.Data.VectorType(4)]
        public byte[] Pixels { get; set; } = [0, 0, 0, 0];

        public bool Yes { get; set; }

        [Microsoft.ML.Data.KeyType(3)]
        public uint Class { get; set; }

        public float Number { get; set; }

        [Microsoft.ML.Data.VectorType(2)]
        public float[] Numbers { get; set; } = [0, 0];

        [Microsoft.ML.Data.VectorType(3)]
        public float[] Flags { get; set; } = [0, 0, 0];
    }
}
