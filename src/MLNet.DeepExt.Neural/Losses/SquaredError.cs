using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>The square of the error, l(d) = d² with l'(d) = 2·d, for numeric targets. The network learns their mean.</summary>
/// <remarks>
/// PyTorch: <c>MSELoss</c>. Its root is the RMSE. Textbooks often use ½·d², which has the same minimum and half the gradient:
/// with plain gradient descent, half the learning rate gives the same step here, and a regularization λ there is 2·λ here.
/// </remarks>
public sealed record SquaredError : ElementwiseLoss
{
    internal override int OutputsPerTarget => 1;

    private protected override void ValidateOptions()
    {
        // There are no options.
    }

    private protected override void Run<T>(ElementwiseRows<T> rows) => rows.Run(default(Square<T>));

    private readonly struct Square<T> : IErrorCost<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope)
        {
            slope = d + d;
            return d * d;
        }
    }
}
