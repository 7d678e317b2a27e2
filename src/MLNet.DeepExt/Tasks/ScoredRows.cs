using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Tasks;

/// <summary>Rows of a data view that have both labels, several numbers each, and scores for them.</summary>
/// <remarks>Rows that cannot be judged are left out, and counted in one warning; rows of weight 0 without a warning.</remarks>
/// <param name="host">Who reads.</param>
/// <param name="data">What to read.</param>
/// <param name="label">The label column.</param>
/// <param name="scoreColumnName">The column of scores, one for each number of a label.</param>
/// <param name="weightColumnName">The column of weights; null weighs all rows alike.</param>
internal sealed class ScoredRows(IHost host, IDataView data, LabelForm label, string scoreColumnName, string? weightColumnName)
{
    /// <summary>Is told of a row.</summary>
    /// <param name="scores">(numbers): the scores.</param>
    /// <param name="targets">(numbers): the labels, NaN where one is missing.</param>
    /// <param name="weight">The weight, above 0.</param>
    public delegate void Observer(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float weight);

    /// <summary>Finds the columns, and demands their types.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public static void Require(IHost host, DataViewSchema schema, string scoreColumnName, string? weightColumnName)
    {
        SchemaShape shape = SchemaShapes.Of(schema);
        SchemaShapes.Require(host, shape, "score", SchemaShapes.Vector(scoreColumnName, NumberDataViewType.Single));
        if (weightColumnName is not null)
            SchemaShapes.Require(host, shape, "weight", SchemaShapes.Scalar(weightColumnName, NumberDataViewType.Single));
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidOperationException">There is none that can be judged, or labels and scores differ in number.</exception>
    public void Read(Observer observe)
    {
        DataViewSchema.Column scoreColumn = data.Schema[scoreColumnName];
        int size = ((VectorDataViewType)scoreColumn.Type).Size;
        if (size != label.Size)
        {
            throw host.Process(new InvalidOperationException(
                $"Column '{scoreColumnName}' holds {size} scores but label column '{label.Name}' {label.Describe()}; they must be equal."));
        }

        // Scores stand where features stand in training: a row without finite ones is skipped.
        var columns = new LabeledColumns(scoreColumnName, label, weightColumnName);
        using var cursor = new LabeledRowCursor(host, data, columns, CancellationToken.None);
        float[] scores = new float[size], targets = new float[size];
        while (cursor.MoveNext())
        {
            cursor.Features.CopyTo(scores);
            cursor.CopyTarget(targets);
            observe(scores, targets, cursor.Weight);
        }

        cursor.Tally.Report(host, DataPurpose.Evaluation);
    }
}
