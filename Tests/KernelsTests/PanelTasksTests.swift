import Testing

@testable import Kernels

@Suite struct PanelTasksTests {
    @Test(arguments: [1, 2, 3, 4], [1, 2, 5])
    func everyRowOfEveryPanelIsTakenOnce(threads: Int, groupSize: Int) {
        for panels in 0...40 {
            for rows in [0, 1, 47, 95, 96, 150, 500] {
                let tasks = PanelTasks(panels: panels, rows: rows, threads: threads, groupSize: groupSize)
                var taken = [[Int]](repeating: [Int](repeating: 0, count: rows), count: panels)
                for task in 0..<tasks.count {
                    let (panels, rows) = tasks[task]
                    #expect(panels.count <= tasks.mostPanels)
                    for panel in panels { for row in rows { taken[panel][row] += 1 } }
                }
                #expect(taken.allSatisfy { $0.allSatisfy { $0 == 1 } }, "\(panels) panels of \(rows) rows")
            }
        }
    }

    /// Threads that are as fast as one another end together, but for a tile's rows.
    @Test(arguments: [(36, 5), (9, 2), (3, 2), (96, 4), (12, 4), (1, 4)])
    func threadsHaveAsMuch(panels: Int, groupSize: Int) {
        let rows = 600
        let tasks = PanelTasks(panels: panels, rows: rows, threads: 2, groupSize: groupSize)
        var loads = [0, 0]
        for task in 0..<tasks.count {
            let (panels, rows) = tasks[task]
            loads[loads[0] <= loads[1] ? 0 : 1] += panels.count * rows.count
        }
        #expect(loads[0] + loads[1] == panels * rows)
        #expect(abs(loads[0] - loads[1]) <= PanelTasks.tileRows)
    }

    @Test func panelsAreTakenTogetherWhereThereAreMany() {
        #expect(PanelTasks(panels: 36, rows: 600, threads: 2, groupSize: 5)[0].panels == 0..<5)
        #expect(PanelTasks(panels: 36, rows: 600, threads: 2, groupSize: 5)[6].panels == 30..<31)
        #expect(PanelTasks(panels: 9, rows: 600, threads: 2, groupSize: 5)[0].panels == 0..<1)
        #expect(PanelTasks(panels: 9, rows: 600, threads: 2, groupSize: 1).mostPanels == 1)
    }
}
