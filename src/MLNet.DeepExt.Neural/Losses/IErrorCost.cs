using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The cost of an error d = z - t, as an operation on vectors. Implementations are structs, so that the generic loop is compiled
/// with the operation inlined.
/// </summary>
internal interface IErrorCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>l(d).</summary>
    /// <param name="d">The errors of consecutive outputs.</param>
    /// <param name="column">The first of these outputs.</param>
    /// <param name="slope">l'(d).</param>
    Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope);
}
