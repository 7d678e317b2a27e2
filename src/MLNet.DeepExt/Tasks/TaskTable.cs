using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Tasks;

/// <summary>The table of rows that have several numbers as label, and an output for each.</summary>
internal static class TaskTable
{
    /// <summary>Finds the columns, and checks their types.</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="data">The scored rows.</param>
    /// <param name="label">The label column.</param>
    /// <param name="outputColumnName">The column of outputs: probabilities if labels are 0 or 1, else predicted numbers.</param>
    /// <param name="exampleWeightColumnName">The column of weights; null weighs all rows alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There are not as many outputs as labels.</exception>
    public static ScoredTable Of(IHost host, IDataView data, LabelForm label, string outputColumnName, string? exampleWeightColumnName)
    {
        SchemaShape shape = SchemaShapes.Of(data.Schema);
        SchemaShapes.Require(host, shape, "score", SchemaShapes.Vector(outputColumnName, NumberDataViewType.Single));
        if (exampleWeightColumnName is not null)
            SchemaShapes.Require(host, shape, "weight", SchemaShapes.Scalar(exampleWeightColumnName, NumberDataViewType.Single));
        DataViewSchema.Column outputs = data.Schema[outputColumnName];
        int size = ((VectorDataViewType)outputs.Type).Size;
        if (size != label.Size)
        {
            throw host.Process(new InvalidOperationException(
                $"Column '{outputColumnName}' holds {size} scores but label column '{label.Name}' {label.Describe()}; they must be equal."));
        }

        bool areFlags = label is FlagsLabel;
        var columns = new ScoredColumns
        {
            Task = areFlags ? ScoredTask.MultiLabel : ScoredTask.MultiTarget,
            Label = label,
            Probability = areFlags ? outputs : null,
            Score = areFlags ? null : outputs,
            Weight = exampleWeightColumnName is { } weight ? data.Schema[weight] : null,
        };
        return new ScoredTable(host, data, columns, new EvaluationOptions());
    }
}
