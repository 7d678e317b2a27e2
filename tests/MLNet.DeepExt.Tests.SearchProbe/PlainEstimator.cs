using Microsoft.ML;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>Fits by a function, in no time.</summary>
public sealed class PlainEstimator(Func<IDataView, double> fit) : IEstimator<PlainModel>
{
    public PlainModel Fit(IDataView input) => new(fit(input));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
