using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Selection;

/// <summary>Why a criterion could not be measured of a model.</summary>
/// <param name="Reason">The reason, to follow "could not be measured:", without a full stop.</param>
/// <param name="Exception">What a caller that cannot do without the figure throws.</param>
internal sealed record MeasurementFailure(string Reason, Exception Exception)
{
    /// <summary>A metric that cannot be measured of the rows.</summary>
    public static MeasurementFailure Of(MetricFault fault) => new(fault.Reason, fault.ToException());

    /// <summary>An exception of the model, of the rows, or of a criterion that the caller wrote.</summary>
    public static MeasurementFailure Of(Exception exception) => new(OptionFault.Repeat(exception).Trim().TrimEnd('.'), exception);
}
