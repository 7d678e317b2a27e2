using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

/// <summary>
/// Data from a text file, whose loader hands out parallel cursors, a fitted transformer over it, and what the transformer says
/// of each row when it is asked row by row, without batches.
/// </summary>
public sealed class ScoredSample : IDisposable
{
    public const int RowCount = 5003;

    private readonly TemporaryDirectory _directory = new();

    public ScoredSample()
    {
        string file = _directory.PathOf("rows.tsv");
        File.WriteAllLines(file, SampleRow.Generate(RowCount, seed: 5).Select((row, number) =>
            string.Create(CultureInfo.InvariantCulture, $"{row.A}\t{row.B}\t{row.C}\t{row.Label}\t{number}")));
        IDataView rows = Context.Data.LoadFromTextFile(
            file,
            [
                new TextLoader.Column("A", DataKind.Single, 0),
                new TextLoader.Column("B", DataKind.Single, 1),
                new TextLoader.Column("C", DataKind.Single, 2),
                new TextLoader.Column("Label", DataKind.String, 3),
                new TextLoader.Column("Number", DataKind.Int32, 4),
            ]);
        Preparation = SamplePipeline.Preparation(Context)
            .Append(Context.Transforms.Conversion.MapKeyToValue("Colour", "Label"))
            .Append(Context.Transforms.Text.TokenizeIntoWords("Words", "Colour"))
            .Fit(rows);
        Prepared = Preparation.Transform(rows);
        Transformer = Context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options).Fit(Prepared);
        Scored = Transformer.Transform(Prepared);
        Expected = ReadRowByRow();
    }

    public MLContext Context { get; } = new(seed: 1);

    public ITransformer Preparation { get; }

    public IDataView Prepared { get; }

    public NeuralNetworkMulticlassTransformer Transformer { get; }

    public IDataView Scored { get; }

    public IReadOnlyDictionary<int, ExpectedRow> Expected { get; }

    public void Dispose() => _directory.Dispose();

    private Dictionary<int, ExpectedRow> ReadRowByRow()
    {
        IRowToRowMapper mapper = ((ITransformer)Transformer).GetRowToRowMapper(Prepared.Schema);
        using DataViewRowCursor cursor = Prepared.GetRowCursor(Prepared.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        var reader = new RowReader(row);
        var expected = new Dictionary<int, ExpectedRow>();
        while (cursor.MoveNext())
            expected.Add(reader.ReadNumber(), reader.Read());
        return expected;
    }
}
