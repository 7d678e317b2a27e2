using System.Reflection;
using Microsoft.ML;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Cancels a context as AutoML does, through a method that ML.NET keeps to itself.</summary>
internal static class ContextCancellation
{
    public static void CancelExecution(this MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(context, null);
}
