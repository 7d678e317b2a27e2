using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class LayoutPageTests
{
    private const string Page =
        """
        # Layout

        Start in `src/Engine/`; `Ignored/` is no path from the root.

        ```
        src/Engine/          the engine
          Kernels/           loops
          Losses/ Layers/    base and one file per kind
            Dense/           below the last of them; Pooling/ is only mentioned
          Data/
        tests/               mirrors src
        ```

        ```
        src/Face/
        ├── Trainers/
        │   └── Options/
        └── Catalog/
        ```

        A folder outside the tree: `docs/images/`.
        """;

    [Fact]
    public void The_layout_page_names_every_source_folder_and_only_what_exists()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "LAYOUT.md"));
        IEnumerable<string> sources = Repository.SourceFolders().Where(folder => folder != "src");
        Rule.Holds(LayoutPage.Violations(page, sources, folder => Directory.Exists(Path.Combine(Repository.Root, folder))));
    }

    [Fact]
    public void Folders_are_read_from_trees_and_from_paths_in_backticks() =>
        Assert.Equal(
            [
                "src/Engine", "src/Engine", "src/Engine/Kernels", "src/Engine/Losses", "src/Engine/Layers",
                "src/Engine/Layers/Dense", "src/Engine/Data", "tests", "src/Face", "src/Face/Trainers",
                "src/Face/Trainers/Options", "src/Face/Catalog", "docs/images",
            ],
            LayoutPage.Folders(Page));

    [Fact]
    public void Missing_folders_and_missing_lines_are_reported() =>
        Rule.Reports(
            LayoutPage.Violations(Page, ["src/Engine", "src/Engine/Training"], folder => folder != "src/Engine/Data"),
            "src/Engine/Training/ is not named in docs/LAYOUT.md",
            "docs/LAYOUT.md names src/Engine/Data/, which does not exist");
}
