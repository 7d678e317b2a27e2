using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Selection;

/// <summary>Choosing among models by one criterion to optimize, and others that have to be good enough.</summary>
public sealed class ModelSelectionCatalog
{
    internal ModelSelectionCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
    }

    internal MLContext Context { get; }

    internal IHostEnvironment Environment => Context;
}
