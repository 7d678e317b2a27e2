using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>The cancellation of contexts, which ML.NET keeps to itself.</summary>
internal static class ContextExtensions
{
    /// <summary>Has whatever runs in the context end, by an <see cref="OperationCanceledException"/>.</summary>
    public static void Cancel(this MLContext context) => context.CancelExecution();

    /// <summary>Whether the context of a component has been cancelled.</summary>
    public static bool IsCancelled(this IHost host) => host is ICancelable { IsCanceled: true };
}
