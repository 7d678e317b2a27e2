using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Searches whose models are numbers that tests choose.</summary>
internal static class NumberSearch
{
    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };

    /// <summary>As much as possible of the number.</summary>
    public static ModelSearch Of(MLContext context, Func<Trial, double> fit) => Of(context, trial => new PlainEstimator(_ => fit(trial)));

    /// <summary>The same, of estimators.</summary>
    public static ModelSearch Of(MLContext context, Func<Trial, IEstimator<ITransformer>> factory) =>
        context.ModelSelection.Search(Space, factory).Maximize(Value);

    /// <summary>The number.</summary>
    public static Criterion Value { get; } = Criterion.Of("value", higherIsBetter: true, (model, _) => ((PlainModel)model).Value);

    /// <summary>The number, of which less is better.</summary>
    public static Criterion Cost { get; } = Criterion.Of("cost", higherIsBetter: false, (model, _) => ((PlainModel)model).Value);
}
