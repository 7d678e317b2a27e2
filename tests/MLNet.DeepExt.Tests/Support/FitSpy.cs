using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Keeps what a column held when it was fitted, and changes nothing.</summary>
internal sealed class FitSpy(MLContext context, string column = "Features") : IEstimator<ITransformer>
{
    /// <summary>The rows of each Fit.</summary>
    public List<float[][]> Seen { get; } = [];

    public ITransformer Fit(IDataView input)
    {
        Seen.Add(VectorRow.Read(input, column));
        return new TransformerChain<ITransformer>(context.Transforms.CopyColumns(column, column).Fit(input));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
