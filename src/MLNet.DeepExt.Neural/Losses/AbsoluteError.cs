using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The absolute error, l(d) = |d|, for numeric targets. The network learns their median, and outliers have no more weight than
/// other rows.
/// </summary>
/// <remarks>The slope is the sign of d; it is 0 if d is 0. PyTorch: <c>L1Loss</c>.</remarks>
public sealed record AbsoluteError : ElementwiseLoss
{
    internal override int OutputsPerTarget => 1;

    private protected override void ValidateOptions()
    {
        // There are no options.
    }

    private protected override void Run<T>(ElementwiseRows<T> rows) => rows.Run(default(Absolute<T>));

    private readonly struct Absolute<T> : IErrorCost<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope)
        {
            slope = SlopeBySign.Of(d, -Vector256<T>.One, Vector256<T>.One);
            return Vector256.Abs(d);
        }
    }
}
