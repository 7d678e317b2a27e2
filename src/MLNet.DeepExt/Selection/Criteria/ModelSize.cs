using MLNet.DeepExt.Interop.Models;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// The bytes of the file that <c>ml.Model.Save</c> writes of the model and the schema of the dev rows. Nothing is written for it.
/// </summary>
public sealed record ModelSize : Criterion
{
    /// <inheritdoc/>
    public override string Name => "model size bytes";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    internal override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    internal override MeasuredFigure Measure(ModelMeasurement model) => new(SavedModel.CountBytes(model.Host, model.Model, model.Dev.Schema));
}
