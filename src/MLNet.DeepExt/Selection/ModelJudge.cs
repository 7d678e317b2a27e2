using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Selection;

/// <summary>Measures models by the criteria of an objective.</summary>
/// <param name="host">Who measures.</param>
/// <param name="objective">What is measured.</param>
/// <param name="dev">The rows on which it is measured.</param>
/// <param name="options">Of which columns.</param>
internal sealed class ModelJudge(IHost host, Objective objective, IDataView dev, EvaluationOptions options)
{
    private readonly EvaluationOptions _options = WithoutBootstrap(options);

    /// <summary>Measures a model: the figures in the order of <see cref="Objective.Criteria"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="known">Figures that are given and therefore not measured.</param>
    public double[] Judge(ITransformer model, IReadOnlyDictionary<Criterion, double>? known = null)
    {
        var measurement = new ModelMeasurement(host, model, dev, _options);
        foreach (Criterion criterion in objective.Criteria.Where(criterion => !IsKnown(criterion)))
            criterion.Ask(measurement);
        return [.. objective.Criteria.Select(criterion => IsKnown(criterion) ? known![criterion] : criterion.Measure(measurement))];

        bool IsKnown(Criterion criterion) => known?.ContainsKey(criterion) == true;
    }

    // Nobody would see the intervals.
    private static EvaluationOptions WithoutBootstrap(EvaluationOptions options)
    {
        options = options.Copy();
        options.Bootstrap = null;
        return options;
    }
}
