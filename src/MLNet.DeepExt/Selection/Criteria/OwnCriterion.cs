using Microsoft.ML;

namespace MLNet.DeepExt.Selection;

/// <summary>What <see cref="Criterion.Of"/> makes.</summary>
internal sealed record OwnCriterion : Criterion
{
    private readonly Func<ITransformer, IDataView, double> _measure;

    public OwnCriterion(string name, bool higherIsBetter, Func<ITransformer, IDataView, double> measure, bool isCostly)
    {
        Name = name;
        HigherIsBetter = higherIsBetter;
        _measure = measure;
        IsCostly = isCostly;
    }

    public override string Name { get; }

    public override bool HigherIsBetter { get; }

    internal override bool IsCostly { get; }

    internal override MeasuredFigure Measure(ModelMeasurement model) => new(_measure(model.Model, model.Dev));
}
